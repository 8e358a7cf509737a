namespace VirtualRoot.CasClient.Remote;

/// <summary>One answer of a batch: unverified bytes, or the fault of this blob alone.</summary>
internal readonly record struct BatchedBlob(Digest Digest, ReadOnlyMemory<byte> Bytes, CasException? Fault);
