namespace VirtualRoot.CasClient.Blobs;

/// <summary>
/// Brings blobs. Sources compose, each adding one concern: remote (batches and streams), verifying, retrying. What is
/// above them (coalescing, the disk cache) works on whole blobs.
/// </summary>
internal interface IBlobSource
{
    /// <summary>Writes the blob from <see cref="IBlobDestination.Position"/> to its end into <paramref name="destination"/>.
    /// On a failure the destination keeps what came.</summary>
    /// <exception cref="CasException">Names the digest.</exception>
    Task FetchAsync(Digest digest, IBlobDestination destination, CancellationToken cancellationToken);
}
