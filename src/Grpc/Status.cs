namespace VirtualRoot.Grpc;

/// <summary>How a call ended.</summary>
/// <param name="Code">The code (<c>grpc-status</c>).</param>
/// <param name="Detail">One line for a person (<c>grpc-message</c>); empty if the peer sent none.</param>
/// <param name="DetailsBin">A serialized <c>google.rpc.Status</c> (<c>grpc-status-details-bin</c>); empty if there is none.</param>
public readonly record struct Status(StatusCode Code, string Detail, ReadOnlyMemory<byte> DetailsBin = default)
{
    /// <summary>Success without a message.</summary>
    public static Status Ok { get; } = new(StatusCode.OK, string.Empty);

    /// <summary>The code, and the message where there is one.</summary>
    public override string ToString() => string.IsNullOrEmpty(Detail) ? Code.ToString() : $"{Code}: {Detail}";
}
