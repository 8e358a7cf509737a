using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>Uploads into the local store.</summary>
public sealed class LocalBlobSink(BlobStore store) : IBlobSink
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken)
    {
        List<Digest> missing = [];
        foreach (Digest digest in digests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!store.Contains(digest))
            {
                missing.Add(digest);
            }
        }

        return Task.FromResult<IReadOnlyList<Digest>>(missing);
    }

    /// <inheritdoc/>
    public Task StoreAsync(IReadOnlyList<BlobUpload> blobs, CancellationToken cancellationToken) =>
        Task.WhenAll(blobs.Where(static blob => blob.IsInMemory).Select(blob => store.PutAsync(blob.Digest, blob.Contents, cancellationToken))
            .Append(StoreStreamsAsync(blobs.Where(static blob => !blob.IsInMemory), cancellationToken)));

    // One after the other: each is a large file that is read and hashed.
    private async Task StoreStreamsAsync(IEnumerable<BlobUpload> blobs, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[128 * 1024];
        foreach (BlobUpload blob in blobs)
        {
            using BlobWriter writer = store.BeginWrite(blob.Digest);
            await using Stream stream = blob.Open();
            for (int count = -1; count != 0;)
            {
                count = await stream.ReadAsync(buffer, cancellationToken);
                writer.Write(buffer.AsSpan(0, count));
            }

            await writer.CommitAsync();
        }
    }
}
