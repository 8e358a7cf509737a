namespace VirtualRoot.CasClient.Uploads;

/// <summary>Where uploads go: a server, or the local store.</summary>
public interface IBlobSink
{
    /// <summary>Which of <paramref name="digests"/> the sink lacks.</summary>
    Task<IReadOnlyList<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken);

    /// <summary>Stores blobs, verified by whoever keeps them.</summary>
    /// <exception cref="CasException">Names the digest.</exception>
    Task StoreAsync(IReadOnlyList<BlobUpload> blobs, CancellationToken cancellationToken);
}
