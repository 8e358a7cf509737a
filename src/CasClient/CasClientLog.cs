using Microsoft.Extensions.Logging;

namespace VirtualRoot.CasClient;

/// <summary>What the client tells the log; failures that a caller sees are told by the caller.</summary>
internal static partial class CasClientLog
{
    [LoggerMessage(LogLevel.Warning, "directory {Digest} could not be kept on disk: {Reason}")]
    public static partial void DirectoryNotStored(this ILogger logger, Digest digest, string reason);

    [LoggerMessage(LogLevel.Warning, "directory {Digest} is damaged on disk; it was dropped and will be fetched again")]
    public static partial void DirectoryDamaged(this ILogger logger, Digest digest);

    [LoggerMessage(LogLevel.Debug, "prefetch of {Root} brought {Directories} directories")]
    public static partial void Prefetched(this ILogger logger, Digest root, int directories);

    [LoggerMessage(LogLevel.Information, "prefetch of {Root} stopped: {Reason}")]
    public static partial void PrefetchStopped(this ILogger logger, Digest root, string reason);
}
