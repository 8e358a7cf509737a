using System.Diagnostics;
using System.Globalization;

namespace VirtualRoot.Bench;

/// <summary>A running <see cref="ChildLoop"/>.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["child"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Nanoseconds for one operation, the mean of <paramref name="count"/>.</summary>
    public double Measure(string operation, int count, string directory)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{operation} {count} {directory}"));
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new IOException($"{operation} failed in the child; its message is above");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
