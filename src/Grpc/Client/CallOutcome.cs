namespace VirtualRoot.Grpc.Client;

/// <summary>How a call ended, set once.</summary>
internal sealed record CallOutcome(Status Status, Metadata Trailers, Exception? Cause = null)
{
    public RpcException ToException() => new(Status, Trailers, Cause);
}
