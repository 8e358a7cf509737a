using Microsoft.Extensions.Logging;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>What all threads of a session share.</summary>
internal sealed class FuseSessionContext(IFuseFileSystem fileSystem, FuseSessionOptions options)
{
    public IFuseFileSystem FileSystem { get; } = fileSystem;

    public FuseSessionOptions Options { get; } = options;

    public ILogger Logger { get; } = options.Logger;

    public FuseInFlightTable InFlight { get; } = new();

    public FuseStatistics Statistics { get; } = new();

    /// <summary>The one place where an exception becomes an errno; logs the unexpected ones.</summary>
    public Errno ErrnoOf(Exception exception, FuseOpcode opcode, ulong nodeId)
    {
        if (Options.ExceptionMapper?.Invoke(exception) is { } mapped)
        {
            return mapped;
        }

        if (exception is OperationCanceledException)
        {
            return Errno.EINTR;
        }

        FuseLog.OperationFailed(Logger, exception, opcode, nodeId);
        return Errno.EIO;
    }
}
