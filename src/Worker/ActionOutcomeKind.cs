namespace VirtualRoot.Worker;

/// <summary>How an action ended.</summary>
public enum ActionOutcomeKind
{
    /// <summary>The command exited.</summary>
    Exited,

    /// <summary>A signal ended the command.</summary>
    Signaled,

    /// <summary>The command was not executed.</summary>
    ExecFailed,

    /// <summary>It was killed at its time limit.</summary>
    TimedOut,

    /// <summary>It was killed by <see cref="ActionProcess.Kill"/>.</summary>
    KilledByDaemon,
}
