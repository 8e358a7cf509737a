using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Tree;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Running;

/// <summary>How a run ended, and what it cost.</summary>
internal sealed record RootRunResult
{
    /// <summary>The command's end.</summary>
    public required ActionOutcome Outcome { get; init; }

    /// <summary>How the root was mounted.</summary>
    public required MountStrategy Strategy { get; init; }

    /// <summary>Where /proc, /sys and /dev came from.</summary>
    public required SpecialSummary Special { get; init; }

    /// <summary>Requests of the kernel.</summary>
    public required FuseStatisticsSnapshot Fuse { get; init; }

    /// <summary>What was fetched until the command's end.</summary>
    public required BlobStatisticsSnapshot Fetched { get; init; }

    /// <summary>What was written, and what the quota refused.</summary>
    public required RootQuota Written { get; init; }

    /// <summary>How many requests failed for want of an input.</summary>
    public required long InputFailureCount { get; init; }

    /// <summary>The first such failures.</summary>
    public required IReadOnlyList<CasException> InputFailures { get; init; }

    /// <summary>From opening the root until it was mounted.</summary>
    public required TimeSpan MountTime { get; init; }

    /// <summary>From the start of vroot-init to the end of the action's last process.</summary>
    public required TimeSpan CommandTime { get; init; }

    /// <summary>Unmounting and releasing.</summary>
    public required TimeSpan UnmountTime { get; init; }

    /// <summary>What the action left; null: nobody asked, or it could not be captured.</summary>
    public CapturedRun? Captured { get; init; }

    /// <summary>Why it could not.</summary>
    public Exception? CaptureFailure { get; init; }

    /// <summary>The status of <c>vroot run</c>: a success for want of an input is none, and outputs that are lost are a failure
    /// of vroot, unless a signal ended the command and the capture alike.</summary>
    public int ExitStatus => CaptureFailure is not (null or OperationCanceledException) || (Outcome.ShellStatus == 0 && (InputFailureCount > 0 || CaptureFailure is not null))
        ? ExitCode.Failed
        : Outcome.ShellStatus;
}
