namespace VirtualRoot.Grpc.Server;

/// <summary>The requests of a streaming call.</summary>
internal sealed class ServerStreamReader<T>(ServerCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
{
    public T Current { get; private set; } = default!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using CancellationTokenSource? linked = ServerStreams.Link(cancellationToken, call.Context.CancellationToken);
        (bool found, T? message) = await call.ReadAsync(marshaller, linked?.Token ?? call.Context.CancellationToken);
        Current = message!;
        return found;
    }
}
