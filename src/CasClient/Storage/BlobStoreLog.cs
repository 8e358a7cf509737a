using Microsoft.Extensions.Logging;

namespace VirtualRoot.CasClient.Storage;

/// <summary>What a <see cref="BlobStore"/> tells.</summary>
internal static partial class BlobStoreLog
{
    [LoggerMessage(1, LogLevel.Warning, "Dropped damaged blob {Digest}: {Reason}")]
    public static partial void DroppedDamaged(this ILogger logger, Digest digest, string reason);

    [LoggerMessage(2, LogLevel.Information, "Evicted {Blobs} blobs ({Bytes} bytes) from {Directory}; {Kept} bytes stay")]
    public static partial void Evicted(this ILogger logger, long blobs, long bytes, string directory, long kept);

    [LoggerMessage(3, LogLevel.Debug, "Swept the leftovers of a dead process: {Directory}")]
    public static partial void SweptLeftovers(this ILogger logger, string directory);

    [LoggerMessage(4, LogLevel.Warning, "{Directory} holds {Bytes} bytes, more than its bound of {Bound}: all that is left is in use")]
    public static partial void OverBound(this ILogger logger, string directory, long bytes, long bound);

    [LoggerMessage(5, LogLevel.Warning, "The scan of {Directory} failed; its bound is not kept until the next one")]
    public static partial void ScanFailed(this ILogger logger, string directory, Exception exception);

    [LoggerMessage(6, LogLevel.Debug, "The disk that holds {Directory} is full: evicting to make room for {Digest}")]
    public static partial void DiskFull(this ILogger logger, string directory, Digest digest);
}
