using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;

namespace VirtualRoot.CasServer;

/// <summary>What the server tells.</summary>
internal static partial class CasServerLog
{
    [LoggerMessage(1, LogLevel.Information, "The CAS serves {Directory} on {Addresses}")]
    public static partial void Listening(this ILogger logger, string directory, string addresses);

    [LoggerMessage(2, LogLevel.Warning, "Dropped the damaged result of action {Action}")]
    public static partial void DroppedDamagedResult(this ILogger logger, Digest action);

    [LoggerMessage(3, LogLevel.Error, "The runner of action {Action} failed; its clients got INTERNAL")]
    public static partial void RunnerFailed(this ILogger logger, Digest action, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "{Operation} on action {Action} failed; its clients got INTERNAL")]
    public static partial void OperationFailed(this ILogger logger, string operation, Digest action, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "What was to be told of a cancellation failed; the action's end is not affected")]
    public static partial void CallbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The result of action {Action} could not be stored in the action cache")]
    public static partial void ResultNotKept(this ILogger logger, Digest action, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "The action cache could not be asked for action {Action}, which is run instead")]
    public static partial void ResultNotFound(this ILogger logger, Digest action, Exception exception);
}
