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
}
