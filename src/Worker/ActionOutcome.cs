using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>How an action ended, and what it used. Nothing that it started is alive any more.</summary>
public sealed record ActionOutcome
{
    private const int TimedOutStatus = 124;
    private const int SetUpStatus = 125;
    private const int CannotExecuteStatus = 126;
    private const int NotFoundStatus = 127;
    private const int SIGKILL = 9;

    /// <summary>Which of the following says more.</summary>
    public required ActionOutcomeKind Kind { get; init; }

    /// <summary>Exited: 0 to 255.</summary>
    public int ExitCode { get; init; }

    /// <summary>Signaled: the signal's number.</summary>
    public int Signal { get; init; }

    /// <summary>Signaled: the kernel has written a core file.</summary>
    public bool CoreDumped { get; init; }

    /// <summary>ExecFailed: what did not work: spawn, init, user-ns, unshare, chroot, chdir, rlimit, groups, uid, exec, interpreter …</summary>
    public string? FailedStep { get; init; }

    /// <summary>ExecFailed: why; 0 where the kernel gave no reason.</summary>
    public Errno Error { get; init; }

    /// <summary>ExecFailed: the path, limit or name that did not work.</summary>
    public string? FailedPath { get; init; }

    /// <summary>What all processes of the action have used together.</summary>
    public ResourceUsage Usage { get; init; } = ResourceUsage.None;

    /// <summary>What the kernel has added to the root's /proc, /sys and /dev.</summary>
    public SpecialSupportReport Special { get; init; }

    /// <summary>From the start of vroot-init to the end of the last process.</summary>
    public TimeSpan WallTime { get; init; }

    /// <summary>
    /// What a shell would say about it, without an end of line; null where it would say nothing: after an exit,
    /// and after SIGINT and SIGPIPE.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>
    /// The exit status that stands for this end: the command's; 128 and the signal; 127 not found, 126 not
    /// executable, 125 the root could not be entered; 124 time limit; 137 killed.
    /// </summary>
    public int ShellStatus => Kind switch
    {
        ActionOutcomeKind.Exited => ExitCode,
        ActionOutcomeKind.Signaled => 128 + Signal,
        ActionOutcomeKind.TimedOut => TimedOutStatus,
        ActionOutcomeKind.KilledByDaemon => 128 + SIGKILL,
        _ when !FailedInExec => SetUpStatus,
        _ => Error == Errno.ENOENT ? NotFoundStatus : CannotExecuteStatus,
    };

    private bool FailedInExec => FailedStep is "exec" or "interpreter";
}
