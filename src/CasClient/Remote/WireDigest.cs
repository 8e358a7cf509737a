namespace VirtualRoot.CasClient.Remote;

/// <summary>Digests to and from REAPI's message.</summary>
internal static class WireDigest
{
    public static Protos.Digest ToMessage(this in Digest digest) => new() { Hash = digest.HashHex, SizeBytes = digest.SizeBytes };

    public static bool TryParse(Protos.Digest? message, out Digest digest)
    {
        digest = default;
        return message is not null && Digest.TryCreate(message.Hash, message.SizeBytes, out digest);
    }

    public static Protos.DigestFunction.Types.Value ToMessage(this DigestFunction function) =>
        (Protos.DigestFunction.Types.Value)(int)function;

    /// <summary>Bytes that a digest takes in a batch, with the tags, lengths and status around it, rounded up.</summary>
    public static int BatchOverhead(in Digest digest) => (digest.Hash.Length * 2) + 48;
}
