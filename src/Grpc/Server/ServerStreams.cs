namespace VirtualRoot.Grpc.Server;

/// <summary>Tokens of the streams on the server.</summary>
internal static class ServerStreams
{
    /// <summary>A source for both tokens; null where the call's own is enough, which is the usual case.</summary>
    public static CancellationTokenSource? Link(CancellationToken operation, CancellationToken call) =>
        operation.CanBeCanceled && operation != call ? CancellationTokenSource.CreateLinkedTokenSource(operation, call) : null;
}
