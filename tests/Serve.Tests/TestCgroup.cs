using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests;

/// <summary>A cgroup of version 2 that is a test's own; removed at the end, when all in it must be gone.</summary>
internal sealed class TestCgroup : IDisposable
{
    private static readonly string? s_top = FindTop();
    private static int s_count;

    public TestCgroup()
    {
        Path = System.IO.Path.Combine(s_top!, $"vroot-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>null: there can be one.</summary>
    public static string? WhyNone { get; } = s_top is null
        ? "no cgroup2 file system is mounted, or no cgroup can be made in it (a container's is read-only)"
        : null;

    public string Path { get; }

    /// <summary>The names of the cgroups in it.</summary>
    public string[] Children => [.. Directory.GetDirectories(Path).Select(static child => System.IO.Path.GetFileName(child)!).Order(StringComparer.Ordinal)];

    /// <summary>The processes in it, or in a child of it.</summary>
    public string[] ProcessesOf(string child = "") => File.ReadAllLines(System.IO.Path.Combine(Path, child, "cgroup.procs"));

    /// <summary>Reads a file of it or of a child.</summary>
    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    /// <summary>Writes a file of a child.</summary>
    public void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);

    /// <summary>Marks it as systemd does for Delegate=yes.</summary>
    public void Delegate()
    {
        ProcessOutcome outcome = ChildProcess.Run(
            new ProcessCommand("/usr/bin/python3", ["-c", "import os,sys; os.setxattr(sys.argv[1], 'trusted.delegate', b'1')", Path]), ServedWorker.Patience);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
    }

    public void Dispose()
    {
        foreach (string child in Directory.GetDirectories(Path, "*", SearchOption.AllDirectories).OrderByDescending(static child => child.Length))
        {
            Directory.Delete(child);
        }

        Directory.Delete(Path);
    }

    private static string? FindTop()
    {
        string? line = File.ReadLines("/proc/self/mountinfo").LastOrDefault(static line => line.Contains(" - cgroup2 ", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        string top = line.Split(' ')[4];
        string trial = System.IO.Path.Combine(top, $"vroot-trial-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(trial);
            Directory.Delete(trial);
            return top;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
