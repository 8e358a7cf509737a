namespace VirtualRoot.Testing.Processes;

/// <summary>The mounts that this process sees.</summary>
public static class MountTable
{
    /// <summary>The lines of mountinfo of FUSE mounts of ours at or below <paramref name="directory"/>.</summary>
    public static IReadOnlyList<string> Below(string directory) =>
        [.. File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Split(' ')[4].StartsWith(directory, StringComparison.Ordinal))];
}
