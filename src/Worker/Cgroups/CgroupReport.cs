namespace VirtualRoot.Worker.Cgroups;

/// <summary>What an action's cgroup counted. null: its kernel or its controllers do not tell.</summary>
public sealed record CgroupReport
{
    /// <summary>Processor time of all its processes, in user mode.</summary>
    public TimeSpan? UserTime { get; init; }

    /// <summary>The same in the kernel.</summary>
    public TimeSpan? SystemTime { get; init; }

    /// <summary>The most bytes of memory at one time, page cache included (Linux 5.19).</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Processes that were killed because the cgroup had no memory left.</summary>
    public long OutOfMemoryKills { get; init; }

    /// <summary>Forks that were refused at the bound of processes.</summary>
    public long RefusedForks { get; init; }

    /// <summary>Reads it from a cgroup's directory.</summary>
    /// <exception cref="IOException">A file that is there cannot be read.</exception>
    internal static CgroupReport Read(string directory)
    {
        Dictionary<string, long> processor = CgroupFiles.ReadNumbers(directory, "cpu.stat");
        return new CgroupReport
        {
            UserTime = processor.TryGetValue("user_usec", out long user) ? TimeSpan.FromMicroseconds(user) : null,
            SystemTime = processor.TryGetValue("system_usec", out long system) ? TimeSpan.FromMicroseconds(system) : null,
            PeakMemoryBytes = CgroupFiles.ReadNumber(directory, "memory.peak"),
            OutOfMemoryKills = CgroupFiles.ReadNumbers(directory, "memory.events").GetValueOrDefault("oom_kill"),
            RefusedForks = CgroupFiles.ReadNumbers(directory, "pids.events").GetValueOrDefault("max"),
        };
    }
}
