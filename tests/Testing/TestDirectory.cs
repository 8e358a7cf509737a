using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing;

/// <summary>A fresh directory that any user may enter, removed at the end with all that is in it.</summary>
public sealed class TestDirectory : IDisposable
{
    public TestDirectory(string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), "vroot-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(Path);
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A directory in it; with <paramref name="owner"/>, that user's own.</summary>
    public string Create(string name, uint? owner = null)
    {
        string path = this[name];
        Directory.CreateDirectory(path);
        if (owner is { } uid)
        {
            Run("/usr/bin/chown", $"{uid}:{uid}", path);
        }

        return path;
    }

    public string Write(string name, string text)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    // rm, not Directory.Delete: it stays on this file system, should a mount have been left behind.
    public void Dispose() => Run("/usr/bin/rm", "-rf", "--one-file-system", Path);

    private static void Run(string program, params string[] arguments) =>
        ChildProcess.Run(new ProcessCommand(program, arguments), TimeSpan.FromMinutes(4)).Expect();
}
