using Microsoft.Extensions.Logging;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>The messages of this project.</summary>
internal static partial class FuseLog
{
    [LoggerMessage(1, LogLevel.Information, "FUSE 7.{Minor} (kernel 7.{KernelMinor}), {Threads} readers, max_write {MaxWrite}, flags {Flags}")]
    public static partial void Negotiated(ILogger logger, int minor, int kernelMinor, int threads, int maxWrite, FuseInitFlags flags);

    [LoggerMessage(2, LogLevel.Error, "{Opcode} of node {NodeId} threw; answered EIO")]
    public static partial void OperationFailed(ILogger logger, Exception exception, FuseOpcode opcode, ulong nodeId);

    [LoggerMessage(3, LogLevel.Error, "{Opcode} of node {NodeId} ended without a reply (a bug in the file system); answered EIO")]
    public static partial void NoReply(ILogger logger, FuseOpcode opcode, ulong nodeId);

    [LoggerMessage(4, LogLevel.Error, "a cancellation callback of {Opcode} of node {NodeId} threw")]
    public static partial void CancellationFailed(ILogger logger, Exception exception, FuseOpcode opcode, ulong nodeId);

    [LoggerMessage(5, LogLevel.Error, "the kernel refused the reply to {Opcode} of node {NodeId} with {Errno} (a bug in the file system or in this library)")]
    public static partial void ReplyRefused(ILogger logger, FuseOpcode opcode, ulong nodeId, Errno errno);

    [LoggerMessage(6, LogLevel.Warning, "malformed request: {Opcode} of node {NodeId}, {Length} bytes; answered {Errno}")]
    public static partial void Malformed(ILogger logger, FuseOpcode opcode, ulong nodeId, int length, Errno errno);

    [LoggerMessage(7, LogLevel.Error, "reading requests ended the session")]
    public static partial void DeviceBroken(ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "{Pending} operations and {Threads} reader threads did not end within {Timeout} of being cancelled")]
    public static partial void ShutdownIncomplete(ILogger logger, int pending, int threads, TimeSpan timeout);

    [LoggerMessage(9, LogLevel.Debug, "the device cannot be cloned ({Errno}); all readers share one descriptor")]
    public static partial void NotCloned(ILogger logger, Errno errno);

    [LoggerMessage(10, LogLevel.Information, "mounted {MountPoint} by {Strategy}")]
    public static partial void Mounted(ILogger logger, string mountPoint, string strategy);

    [LoggerMessage(11, LogLevel.Debug, "mounting {MountPoint} by {Strategy} is not possible: {Reason}")]
    public static partial void StrategyRefused(ILogger logger, string mountPoint, string strategy, string reason);

    [LoggerMessage(12, LogLevel.Warning, "{MountPoint} could not be unmounted: {Reason}")]
    public static partial void UnmountFailed(ILogger logger, string mountPoint, string reason);

    [LoggerMessage(13, LogLevel.Information, "detached the stale mount {MountPoint} of a daemon that is gone")]
    public static partial void StaleDetached(ILogger logger, string mountPoint);

    [LoggerMessage(14, LogLevel.Error, "{Member} of the file system threw, where nothing can be answered")]
    public static partial void CallbackFailed(ILogger logger, Exception exception, string member);

    [LoggerMessage(15, LogLevel.Error, "the answer to {Opcode} of node {NodeId} has {Length} bytes where {Room} were asked for (a bug in the file system); answered EIO")]
    public static partial void ReplyTooLong(ILogger logger, FuseOpcode opcode, ulong nodeId, int length, int room);

    [LoggerMessage(16, LogLevel.Debug, "the kernel does not read backing files itself here ({Errno}): the daemon reads them")]
    public static partial void NoBackingFiles(ILogger logger, Errno errno);
}
