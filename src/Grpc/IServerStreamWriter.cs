namespace VirtualRoot.Grpc;

/// <summary>The messages that a server streams. One write at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IServerStreamWriter<in T>
{
    /// <summary>Sends a message; completes when the transport has taken it, so that a slow client slows the writer.</summary>
    /// <exception cref="RpcException">The message exceeds the host's limit.</exception>
    /// <exception cref="OperationCanceledException">The client went away, or the deadline passed.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken = default);
}
