using Microsoft.Extensions.Logging;

namespace VirtualRoot.Special;

/// <summary>What the special directories log.</summary>
internal static partial class SpecialLog
{
    [LoggerMessage(1, LogLevel.Warning, "/proc and /dev: {Waiting} operations wait and {Stuck} threads are stuck in the kernel; a request was refused with EAGAIN. Look for processes in state D.")]
    public static partial void QueueFull(ILogger logger, int waiting, int stuck);

    [LoggerMessage(2, LogLevel.Error, "/proc and /dev: an operation failed; its caller got EIO")]
    public static partial void OperationFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "/proc and /dev: an operation did not end within {Seconds} s, and its caller got ETIMEDOUT; the process it asked about is probably frozen (state D)")]
    public static partial void DeadlinePassed(ILogger logger, double seconds);

    [LoggerMessage(4, LogLevel.Warning, "a process outside the daemon's PID namespace uses the root: /proc/self is ENOENT for it. Share the process namespace (docker: --pid=container:…, Kubernetes: shareProcessNamespace: true).")]
    public static partial void CallerWithoutPid(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "the daemon's /proc does not show the daemon itself ({Reason}): /proc stays without processes. Mount proc in the daemon's own PID namespace.")]
    public static partial void ProcUnusable(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Warning, "the input root ships {Path}, which is shown instead of the synthesized one: remove it from the input root if that misleads the action")]
    public static partial void InputWins(ILogger logger, string path);

    [LoggerMessage(8, LogLevel.Information, "the input root ships {Path}, which stays hidden behind the device or link of that name")]
    public static partial void InputHidden(ILogger logger, string path);

    [LoggerMessage(9, LogLevel.Warning, "the input root ships {Path} as something else than a directory, so that the root has no special directory there: remove it from the input root")]
    public static partial void InputIsNoDirectory(ILogger logger, string path);

    [LoggerMessage(10, LogLevel.Warning, "/proc: a pipe behind /dev/fd is shown as a regular file, since its FIFO cannot be opened below {MountPoint} ({Errno}): programs that look at the type see no pipe. The mount must be reachable by that path where the daemon runs.")]
    public static partial void NoWayToFifo(ILogger logger, string mountPoint, Linux.Errno errno);

    [LoggerMessage(6, LogLevel.Error, "waiting for pipes and terminals ended: {Call} failed with {Errno}")]
    public static partial void PollerFailed(ILogger logger, string call, Linux.Errno errno);
}
