using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing.Roots;

/// <summary>The closure of what a dynamically linked file needs, as the loader resolves it on this machine.</summary>
public static class SharedLibraries
{
    /// <summary>Absolute paths, the loader among them; none for a static program.</summary>
    /// <remarks>What is not found is left out: plugins find their host's libraries only once the host has loaded them.</remarks>
    public static IReadOnlyList<string> Of(string binary)
    {
        ProcessOutcome ldd = ChildProcess.Run(new ProcessCommand("/usr/bin/ldd", [binary]), TimeSpan.FromSeconds(60));
        if (ldd.ExitCode != 0)
        {
            return ldd.Error.Contains("not a dynamic executable", StringComparison.Ordinal)
                ? []
                : throw new InvalidOperationException(ldd.ToString());
        }

        List<string> paths = [];
        foreach (string line in ldd.Output.Split('\n'))
        {
            // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", "/lib64/ld-linux-x86-64.so.2 (0x…)", "linux-vdso.so.1 (0x…)"
            string path = line.Split("=>")[^1].Trim().Split(' ')[0];
            if (path.StartsWith('/'))
            {
                paths.Add(path);
            }
        }

        return paths;
    }
}
