using Microsoft.Extensions.Logging;

namespace VirtualRoot.Grpc.Server;

/// <summary>What the host logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "the handler of {Method} failed; its caller got UNKNOWN")]
    public static partial void HandlerFailed(ILogger logger, string method, Exception exception);
}
