using VirtualRoot.CasClient.Results;
using VirtualRoot.Tree;
using VirtualRoot.Worker;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Serving;

/// <summary>What an action used, as its result tells it.</summary>
internal static class ActionUsage
{
    private static readonly string?[] s_signals =
    [
        null, "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The messages.</summary>
    /// <param name="outcome">How its command ended.</param>
    /// <param name="root">What it did to its root.</param>
    /// <param name="cgroup">What its cgroup counted; null: it had none.</param>
    public static IReadOnlyList<(string TypeUrl, ReadOnlyMemory<byte> Message)> Of(ActionOutcome outcome, RootStatisticsSnapshot root, CgroupReport? cgroup) =>
    [
        UsageMessages.Of(new PosixUsage
        {
            UserTime = outcome.Usage.UserTime,
            SystemTime = outcome.Usage.SystemTime,
            MaximumResidentBytes = outcome.Usage.MaximumResidentBytes,
            MinorFaults = outcome.Usage.MinorFaults,
            MajorFaults = outcome.Usage.MajorFaults,
            BlocksRead = outcome.Usage.BlocksRead,
            BlocksWritten = outcome.Usage.BlocksWritten,
            VoluntarySwitches = outcome.Usage.VoluntarySwitches,
            InvoluntarySwitches = outcome.Usage.InvoluntarySwitches,
            TerminationSignal = SignalOf(outcome),
        }),
        UsageMessages.Of(new InputRootUsage(root.DirectoriesResolved, root.DirectoriesRead, root.FilesRead)),
        .. cgroup is null ? [] : new[] { UsageMessages.Of(Convert(cgroup)) },
    ];

    private static CgroupUsage Convert(CgroupReport cgroup) => new(
        cgroup.UserTime ?? TimeSpan.Zero, cgroup.SystemTime ?? TimeSpan.Zero, cgroup.PeakMemoryBytes ?? 0, cgroup.OutOfMemoryKills, cgroup.RefusedForks);

    private static string SignalOf(ActionOutcome outcome) => outcome.Kind switch
    {
        ActionOutcomeKind.TimedOut => "KILL",
        ActionOutcomeKind.Signaled => s_signals.ElementAtOrDefault(outcome.Signal) ?? FormattableString.Invariant($"{outcome.Signal}"),
        _ => string.Empty,
    };
}
