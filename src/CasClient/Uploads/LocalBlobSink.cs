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
    public async Task StoreAsync(IReadOnlyList<BlobUpload> blobs, CancellationToken cancellationToken)
    {
        foreach (BlobUpload blob in blobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (blob.IsInMemory)
            {
                store.Put(blob.Digest, blob.Contents.Span);
            }
            else
            {
                using BlobWriter writer = store.BeginWrite(blob.Digest);
                await using Stream stream = blob.Open();
                byte[] buffer = new byte[128 * 1024];
                for (int count = -1; count != 0;)
                {
                    count = await stream.ReadAsync(buffer, cancellationToken);
                    writer.Write(buffer.AsSpan(0, count));
                }

                writer.Commit();
            }
        }
    }
}
