namespace VirtualRoot.CasClient.Blobs;

/// <summary>A small blob that waits for its batch. A null result: the batch cannot carry it, read it as a stream.</summary>
internal sealed class PendingRead(Digest digest) : TaskCompletionSource<ReadOnlyMemory<byte>?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Digest Digest { get; } = digest;

    /// <summary>Set when its waiter has left: it is passed over.</summary>
    public bool IsAbandoned { get; set; }
}
