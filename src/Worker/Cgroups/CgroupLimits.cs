namespace VirtualRoot.Worker.Cgroups;

/// <summary>What all processes of an action may use together.</summary>
public sealed record CgroupLimits
{
    /// <summary>Bytes of memory, page cache included; beyond them the action is killed whole. null: no bound.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processors, also a part of one; beyond them the action waits. null: no bound.</summary>
    public double? Cpus { get; init; }

    /// <summary>Processes and threads; beyond them fork(2) is EAGAIN. null: no bound.</summary>
    public long? Pids { get; init; }

    /// <summary>The controllers that it takes.</summary>
    internal IEnumerable<string> Controllers
    {
        get
        {
            string?[] controllers = [MemoryBytes is null ? null : "memory", Cpus is null ? null : "cpu", Pids is null ? null : "pids"];
            return controllers.OfType<string>();
        }
    }

    /// <summary>The files to write into a new cgroup, in order, with their contents.</summary>
    /// <param name="controllers">Those that are in force there; what takes another is left out.</param>
    internal IEnumerable<(string File, string Text, bool IsRequired)> Files(IReadOnlySet<string> controllers)
    {
        const int Period = 100_000; // µs: the kernel's own

        if (controllers.Contains("memory"))
        {
            // A command that lost a process to the kernel would go on with half of its work.
            yield return ("memory.oom.group", "1", true);
            if (MemoryBytes is { } bytes)
            {
                yield return ("memory.max", FormattableString.Invariant($"{bytes}"), true);
                yield return ("memory.swap.max", "0", false); // a kernel without swap accounting has none
            }
        }

        if (controllers.Contains("cpu") && Cpus is { } cpus)
        {
            yield return ("cpu.max", FormattableString.Invariant($"{Math.Max(1000, (long)(cpus * Period))} {Period}"), true);
        }

        if (controllers.Contains("pids") && Pids is { } pids)
        {
            yield return ("pids.max", FormattableString.Invariant($"{pids}"), true);
        }
    }
}
