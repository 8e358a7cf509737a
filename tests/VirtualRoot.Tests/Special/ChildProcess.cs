using System.Diagnostics;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>A child whose /proc the tests compare with; killed, with its descendants, at the end.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>Starts a program and waits until it runs: until then the child is a copy of the test.</summary>
    public static ChildProcess Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Starts a shell script and waits for its first line, and for its sleep where it ends in <c>exec sleep 600</c>.</summary>
    public static ChildProcess StartScript(string script, out string firstLine, string shell = "bash", params string[] before)
    {
        ProcessStartInfo start = new(before.Length > 0 ? before[0] : shell) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[.. before.Skip(1), .. before.Length > 0 ? [shell] : Array.Empty<string>(), "-c", script])
        {
            start.ArgumentList.Add(argument);
        }

        ChildProcess child = new(Process.Start(start)!);
        firstLine = child.Output.ReadLine() ?? throw new InvalidOperationException($"{script} ended with {child._process.ExitCode} before it wrote a line");
        if (script.TrimEnd('\'').EndsWith("sleep 600", StringComparison.Ordinal))
        {
            WaitForSleep(child.Id);
        }

        return child;
    }

    /// <summary>Waits until a process is <c>sleep</c> and asleep: its exec is over, and what its loader opened is closed again.</summary>
    public static void WaitForSleep(int pid) => Assert.True(
        SpinWait.SpinUntil(
            () => File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains("sleep")
                && File.ReadAllText($"/proc/{pid}/stat").Contains(") S ", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60)),
        $"{pid} is not asleep: {File.ReadAllText($"/proc/{pid}/cmdline")}");

    public string ReadLink(string name) => new FileInfo($"/proc/{Id}/{name}").LinkTarget!;

    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
