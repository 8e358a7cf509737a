using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>Makes of vroot-init's report, and of what the daemon itself did, the one outcome of an action.</summary>
internal static class OutcomeReading
{
    private const int SIGKILL = 9;
    private const int CoreFlag = 0x80;
    private const int SignalMask = 0x7f;

    /// <summary>Reads an outcome.</summary>
    /// <param name="options">What was run.</param>
    /// <param name="end">What vroot-init left.</param>
    /// <param name="timedOut">It was killed at its time limit.</param>
    /// <param name="killed">It was killed on request.</param>
    /// <param name="wallTime">How long it took.</param>
    /// <returns>The outcome; a kill that came too late to change anything is not mentioned.</returns>
    public static ActionOutcome Read(ActionOptions options, InitEnd end, bool timedOut, bool killed, TimeSpan wallTime)
    {
        ActionOutcome outcome = ReadKind(options, end, timedOut, killed);
        return outcome with { Usage = end.Report.Usage ?? Convert(end.Usage), WallTime = wallTime, Special = end.Report.Special };
    }

    private static ActionOutcome ReadKind(ActionOptions options, InitEnd end, bool timedOut, bool killed)
    {
        InitReport report = end.Report;
        if (report.FailedStep is { } step)
        {
            return Failed(options, step, report.FailedError, report.FailedWhat);
        }

        if (report.ExitCode is { } code)
        {
            return new ActionOutcome { Kind = ActionOutcomeKind.Exited, ExitCode = code };
        }

        // Without an end in the report vroot-init was killed itself, or ended before the command began.
        int signal = report.Signal != 0 ? report.Signal : end.WaitStatus & SignalMask;
        if ((timedOut || killed) && signal is SIGKILL or 0)
        {
            return timedOut
                ? new ActionOutcome
                {
                    Kind = ActionOutcomeKind.TimedOut,
                    Message = FormattableString.Invariant($"vroot: killed at its time limit of {options.Timeout?.TotalSeconds} s"),
                }
                : new ActionOutcome { Kind = ActionOutcomeKind.KilledByDaemon, Message = "Killed" };
        }

        return signal == 0
            ? Failed(options, "init", Errno.Success, "vroot-init")
            : Signaled(signal, report.Signal != 0 ? report.CoreDumped : (end.WaitStatus & CoreFlag) != 0);
    }

    private static ActionOutcome Failed(ActionOptions options, string step, Errno error, string what) => new()
    {
        Kind = ActionOutcomeKind.ExecFailed,
        FailedStep = step,
        Error = error,
        FailedPath = what,
        Message = FailureWording.Describe(options, step, error, what),
    };

    private static ActionOutcome Signaled(int signal, bool coreDumped) => new()
    {
        Kind = ActionOutcomeKind.Signaled,
        Signal = signal,
        CoreDumped = coreDumped,
        Message = SignalNames.Describe(signal) is { } name && coreDumped ? name + " (core dumped)" : SignalNames.Describe(signal),
    };

    private static ResourceUsage Convert(KernelResourceUsage usage) => new(
        TimeSpan.FromMicroseconds((usage.UserSeconds * 1_000_000) + usage.UserMicroseconds),
        TimeSpan.FromMicroseconds((usage.SystemSeconds * 1_000_000) + usage.SystemMicroseconds),
        usage.MaximumResidentKiB * 1024,
        usage.MinorFaults,
        usage.MajorFaults,
        usage.BlocksRead,
        usage.BlocksWritten,
        usage.VoluntarySwitches,
        usage.InvoluntarySwitches);
}
