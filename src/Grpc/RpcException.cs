namespace VirtualRoot.Grpc;

/// <summary>
/// A call that ended with another status than OK. The client throws it for what the server answered and for what happened
/// on the way; a server's handler throws it to choose the status that its caller sees.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>The failure <paramref name="status"/>, with the trailers that came or shall go with it.</summary>
    public RpcException(Status status, Metadata? trailers = null, Exception? innerException = null)
        : base(status.ToString(), innerException)
    {
        Status = status;
        Trailers = trailers ?? [];
    }

    /// <summary>The failure <paramref name="code"/> with a message of one line.</summary>
    public RpcException(StatusCode code, string detail, Exception? innerException = null)
        : this(new Status(code, detail), null, innerException)
    {
    }

    /// <summary>The status, never OK when the client throws it.</summary>
    public Status Status { get; }

    /// <summary>The status's code.</summary>
    public StatusCode StatusCode => Status.Code;

    /// <summary>The metadata that came with the status; empty if none did.</summary>
    public Metadata Trailers { get; }
}
