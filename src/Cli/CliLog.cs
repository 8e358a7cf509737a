using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;

namespace VirtualRoot.Cli;

/// <summary>What the command line logs itself.</summary>
internal static partial class CliLog
{
    [LoggerMessage(1, LogLevel.Warning, "the statistics have no totals of the root: {Reason}")]
    public static partial void NoTotals(this ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "actions run in {Directory}, mounted {Strategy}")]
    public static partial void Working(this ILogger logger, string directory, string strategy);

    [LoggerMessage(3, LogLevel.Information, "the special directories had the tier {Tier} (procfs: {Procfs}, statfs: {Statfs})")]
    public static partial void SpecialTier(this ILogger logger, string tier, string procfs, string statfs);

    [LoggerMessage(4, LogLevel.Information, "action {Action} of {Operation} runs in {Root}: {Command}")]
    public static partial void ActionStarted(this ILogger logger, Digest action, string operation, string root, string command);

    [LoggerMessage(EventId = 5, EventName = nameof(ActionEnded), Message = "action {Action} of {Operation} in {Root} ended: {Status}, exit code {ExitCode}, after {Seconds:F3} s. {Reason}")]
    public static partial void ActionEnded(
        this ILogger logger, LogLevel level, Digest action, string operation, string? root, StatusCode status, int? exitCode, double seconds, string reason);

    [LoggerMessage(6, LogLevel.Information, "action {Action} of {Operation} in {Root} was cancelled after {Seconds:F3} s")]
    public static partial void ActionCancelled(this ILogger logger, Digest action, string operation, string? root, double seconds);

    [LoggerMessage(7, LogLevel.Warning, "the status listener could not answer {Path}")]
    public static partial void StatusFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "the service manager could not be told at {Socket} (NOTIFY_SOCKET)")]
    public static partial void ManagerNotTold(this ILogger logger, string socket, Exception exception);

    [LoggerMessage(9, LogLevel.Information, "the status is served on {Address}")]
    public static partial void StatusServed(this ILogger logger, string address);

    [LoggerMessage(10, LogLevel.Warning, "actions still ran {Time} after the signal and were cancelled (--drain-timeout)")]
    public static partial void DrainCutShort(this ILogger logger, TimeSpan time);
}
