namespace VirtualRoot.Grpc.Server;

/// <summary>The responses of a streaming call.</summary>
internal sealed class ServerStreamWriter<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T>
{
    private int _writing;

    public async Task WriteAsync(T message, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("another write to the response stream is pending: await it first");
        }

        try
        {
            using CancellationTokenSource? linked = ServerStreams.Link(cancellationToken, call.Context.CancellationToken);
            await call.WriteAsync(marshaller, message, linked?.Token ?? call.Context.CancellationToken);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
