namespace VirtualRoot.CasClient.Results;

/// <summary>What all processes of an action used together (Buildbarn's <c>POSIXResourceUsage</c>; getrusage(2)).</summary>
public sealed record PosixUsage
{
    /// <summary>Processor time in user mode.</summary>
    public TimeSpan UserTime { get; init; }

    /// <summary>Processor time in the kernel.</summary>
    public TimeSpan SystemTime { get; init; }

    /// <summary>The largest resident set of any one process, in bytes.</summary>
    public long MaximumResidentBytes { get; init; }

    /// <summary>Page faults answered without reading.</summary>
    public long MinorFaults { get; init; }

    /// <summary>Page faults that read from a file.</summary>
    public long MajorFaults { get; init; }

    /// <summary>Blocks of 512 bytes read from a device.</summary>
    public long BlocksRead { get; init; }

    /// <summary>Blocks of 512 bytes written to a device.</summary>
    public long BlocksWritten { get; init; }

    /// <summary>Times a process waited.</summary>
    public long VoluntarySwitches { get; init; }

    /// <summary>Times a process was made to wait.</summary>
    public long InvoluntarySwitches { get; init; }

    /// <summary>The signal that ended the command, without <c>SIG</c>; empty: none did.</summary>
    public string TerminationSignal { get; init; } = string.Empty;
}
