namespace VirtualRoot.Grpc;

/// <summary>The messages that a peer streams. One reader at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext"/> found.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <returns>False after the last message of a stream that ended well.</returns>
    /// <exception cref="RpcException">The stream ended otherwise. Cancelling a read cancels the call.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
