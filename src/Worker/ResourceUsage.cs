namespace VirtualRoot.Worker;

/// <summary>What an action's processes have used, all of them together (getrusage(2)).</summary>
/// <param name="UserTime">Processor time in user mode.</param>
/// <param name="SystemTime">Processor time in the kernel.</param>
/// <param name="MaximumResidentBytes">The largest resident set of any one process.</param>
/// <param name="MinorFaults">Page faults answered without reading.</param>
/// <param name="MajorFaults">Page faults that read from a file.</param>
/// <param name="BlocksRead">Blocks of 512 bytes read from a device.</param>
/// <param name="BlocksWritten">Blocks of 512 bytes written to a device.</param>
/// <param name="VoluntarySwitches">Times a process waited.</param>
/// <param name="InvoluntarySwitches">Times a process was made to wait.</param>
public sealed record ResourceUsage(
    TimeSpan UserTime,
    TimeSpan SystemTime,
    long MaximumResidentBytes,
    long MinorFaults,
    long MajorFaults,
    long BlocksRead,
    long BlocksWritten,
    long VoluntarySwitches,
    long InvoluntarySwitches)
{
    /// <summary>Nothing: the command was never started.</summary>
    public static ResourceUsage None { get; } = new(default, default, 0, 0, 0, 0, 0, 0, 0);
}
