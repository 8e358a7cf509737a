using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>Uploads to a server: small blobs in batches, large ones each as a stream.</summary>
internal sealed class RemoteBlobSink(CasConnection connection) : IBlobSink
{
    // More streams at once gain nothing on one connection, and each holds a chunk in memory.
    private const int Streams = 4;

    private volatile bool _hasBatchUpdate = true;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken) =>
        connection.FindMissingAsync(digests, cancellationToken);

    /// <inheritdoc/>
    public async Task StoreAsync(IReadOnlyList<BlobUpload> blobs, CancellationToken cancellationToken)
    {
        int capacity = await connection.GetBatchCapacityAsync(cancellationToken);
        ILookup<bool, BlobUpload> byWay = blobs.ToLookup(blob =>
            _hasBatchUpdate && blob.IsInMemory && blob.Contents.Length + WireDigest.BatchOverhead(blob.Digest) <= capacity);
        ParallelOptions options = new() { MaxDegreeOfParallelism = Streams, CancellationToken = cancellationToken };
        Task streamed = Parallel.ForEachAsync(byWay[false], options, async (blob, token) => await connection.WriteAsync(blob.Digest, blob.Open, token));
        await Task.WhenAll(streamed, StoreBatchedAsync([.. byWay[true]], cancellationToken));
    }

    private async Task StoreBatchedAsync(List<BlobUpload> batched, CancellationToken cancellationToken)
    {
        try
        {
            await connection.BatchUpdateAsync([.. batched.Select(blob => (blob.Digest, blob.Contents))], cancellationToken);
        }
        catch (CasException exception) when (exception.Kind == CasErrorKind.Unsupported && _hasBatchUpdate)
        {
            _hasBatchUpdate = false;
            await StoreAsync(batched, cancellationToken);
        }
    }
}
