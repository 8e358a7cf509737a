namespace VirtualRoot.Special;

/// <summary>What an action may use of the machine, as /proc and /sys tell it. One model feeds all of their files, since
/// their disagreement misleads the JVM, Go and ninja. It tells; to enforce is the launcher's and the cgroup's task.</summary>
public sealed record MachineLimits
{
    /// <summary>Processors, also a part of one (0.5); null: all.</summary>
    public double? Cpus { get; init; }

    /// <summary>Memory in bytes; null: all.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Which machine is told of.</summary>
    public MachineProfile Profile { get; init; }
}
