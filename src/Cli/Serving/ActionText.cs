using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Cli.Serving;

/// <summary>What an action writes to standard output or standard error: a file without a name, so that nothing is left of it.</summary>
internal sealed class ActionText : IDisposable
{
    /// <param name="folder">Where it lies.</param>
    /// <exception cref="IOException">It cannot be made there.</exception>
    public ActionText(string folder)
    {
        string path = Path.Combine(folder, "text-" + Guid.NewGuid().ToString("N"));
        File = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        System.IO.File.Delete(path);
    }

    /// <summary>The file, for the action to write and for us to read by position.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Adds a line at the end, on a line of its own.</summary>
    public void Append(string line)
    {
        long length = RandomAccess.GetLength(File);
        byte[] last = new byte[1];
        bool isOpenLine = length > 0 && RandomAccess.Read(File, last, length - 1) == 1 && last[0] != (byte)'\n';
        RandomAccess.Write(File, Encoding.UTF8.GetBytes((isOpenLine ? "\n" : string.Empty) + line + "\n"), length);
    }

    public void Dispose() => File.Dispose();
}
