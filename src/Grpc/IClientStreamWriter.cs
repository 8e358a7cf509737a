namespace VirtualRoot.Grpc;

/// <summary>The messages that a client streams. One write at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IClientStreamWriter<in T>
{
    /// <summary>Sends a message; completes when the transport has taken it, so that a slow server slows the writer.</summary>
    /// <returns>
    /// False if the call has ended meanwhile, well or badly: the message is not sent, further ones would not be either, and
    /// the response (or the responses' stream) tells how it ended. A server may answer before it has read everything.
    /// </returns>
    /// <exception cref="RpcException">The message cannot be serialized or exceeds the channel's limit.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> ended the write, and with it the call.</exception>
    Task<bool> WriteAsync(T message, CancellationToken cancellationToken = default);

    /// <summary>Tells the server that no message follows. Does nothing when the call has ended.</summary>
    Task CompleteAsync();
}
