using VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasClient.Remote;

/// <summary>FindMissingBlobs, BatchReadBlobs and BatchUpdateBlobs.</summary>
public sealed partial class CasConnection
{
    // Bytes of a digest in a request: hash, size, tags and lengths, rounded up.
    private const int DigestBytes = 160;

    /// <summary>Which of <paramref name="digests"/> the server lacks; asked in as many calls as needed. The empty blob is never missing.</summary>
    public async Task<IReadOnlyList<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken = default)
    {
        int capacity = await GetBatchCapacityAsync(cancellationToken);
        List<Digest> missing = [];
        foreach (Digest[] part in digests.Where(digest => digest.SizeBytes > 0).Chunk(Math.Max(1, capacity / DigestBytes)))
        {
            missing.AddRange(await Retries.ExecuteAsync(token => FindMissingInOneCallAsync(part, token), null, cancellationToken));
        }

        return missing;
    }

    /// <summary>Reads small blobs in one call; together they must fit (<see cref="GetBatchCapacityAsync"/>). Not retried.</summary>
    internal async Task<IReadOnlyList<BatchedBlob>> BatchReadAsync(IReadOnlyList<Digest> digests, CancellationToken cancellationToken)
    {
        CasCapabilities capabilities = await GetCapabilitiesAsync(cancellationToken);
        var request = new BatchReadBlobsRequest { InstanceName = _options.Instance, DigestFunction = digests[0].Function.ToMessage() };
        request.Digests.AddRange(digests.Select(digest => digest.ToMessage()));
        if (UsesZstd(capabilities.HasZstd))
        {
            request.AcceptableCompressors.Add(Protos.Compressor.Types.Value.Zstd);
        }

        _statistics.CountBatch();
        BatchReadBlobsResponse answer = await CallAsync(
            CasMethods.BatchReadBlobs, request, $"a batch of {digests.Count} blobs", null, cancellationToken);
        List<BatchedBlob> blobs = new(answer.Responses.Count);
        foreach (BatchReadBlobsResponse.Types.Response response in answer.Responses)
        {
            if (WireDigest.TryParse(response.Digest, out Digest digest))
            {
                blobs.Add(ReadResponseOf(digest, response));
            }
        }

        return blobs;
    }

    /// <summary>Stores small blobs, in as many calls as needed; what failed for a reason that may pass is sent again.</summary>
    internal async Task BatchUpdateAsync(IReadOnlyList<(Digest Digest, ReadOnlyMemory<byte> Bytes)> blobs, CancellationToken cancellationToken)
    {
        int capacity = await GetBatchCapacityAsync(cancellationToken);
        List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> batch = [];
        long size = 0;
        foreach ((Digest Digest, ReadOnlyMemory<byte> Bytes) blob in blobs)
        {
            int blobSize = blob.Bytes.Length + WireDigest.BatchOverhead(blob.Digest);
            if (batch.Count > 0 && size + blobSize > capacity)
            {
                await UpdateWithRetriesAsync(batch, cancellationToken);
                size = 0;
            }

            batch.Add(blob);
            size += blobSize;
        }

        await UpdateWithRetriesAsync(batch, cancellationToken);
    }

    private async Task<List<Digest>> FindMissingInOneCallAsync(Digest[] digests, CancellationToken cancellationToken)
    {
        var request = new FindMissingBlobsRequest { InstanceName = _options.Instance, DigestFunction = digests[0].Function.ToMessage() };
        request.BlobDigests.AddRange(digests.Select(digest => digest.ToMessage()));
        FindMissingBlobsResponse answer = await CallAsync(
            CasMethods.FindMissingBlobs, request, $"asking for {digests.Length} blobs", null, cancellationToken);
        List<Digest> missing = new(answer.MissingBlobDigests.Count);
        foreach (Protos.Digest message in answer.MissingBlobDigests)
        {
            missing.Add(WireDigest.TryParse(message, out Digest digest)
                ? digest
                : throw new CasException(CasErrorKind.Other, $"{Address} answered FindMissingBlobs with the bad digest '{EscapedText.Of(message.Hash)}'"));
        }

        return missing;
    }

    private BatchedBlob ReadResponseOf(in Digest digest, BatchReadBlobsResponse.Types.Response response)
    {
        if (response.Status is { Code: not 0 } status)
        {
            return new BatchedBlob(digest, default, RpcFailure.ToCasException(status, Address, $"blob {digest}", digest));
        }

        return response.Compressor switch
        {
            Protos.Compressor.Types.Value.Identity => new BatchedBlob(digest, response.Data.Memory, null),
            Protos.Compressor.Types.Value.Zstd => DecompressBatched(digest, response.Data),
            _ => new BatchedBlob(digest, default, new CasException(
                CasErrorKind.Unsupported, $"{Address} sent blob {digest} with a compressor that nobody asked for", digest)),
        };
    }

    private async Task UpdateWithRetriesAsync(List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> batch, CancellationToken cancellationToken)
    {
        if (batch.Count > 0)
        {
            await Retries.ExecuteAsync(token => UpdateInOneCallAsync(batch, token), () => batch.Count, cancellationToken);
        }
    }

    // Takes what was stored out of the batch, so that a retry sends the rest.
    private async Task<bool> UpdateInOneCallAsync(List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> batch, CancellationToken cancellationToken)
    {
        bool zstd = UsesZstd((await GetCapabilitiesAsync(cancellationToken)).HasZstdBatchUpdate);
        var request = new BatchUpdateBlobsRequest { InstanceName = _options.Instance, DigestFunction = batch[0].Digest.Function.ToMessage() };
        request.Requests.AddRange(batch.Select(blob => UpdateRequestOf(blob.Digest, blob.Bytes, zstd)));
        BatchUpdateBlobsResponse answer = await CallAsync(
            CasMethods.BatchUpdateBlobs, request, $"storing {batch.Count} blobs", null, cancellationToken);
        CasException? fault = null;
        HashSet<Digest> stored = [];
        foreach (BatchUpdateBlobsResponse.Types.Response response in answer.Responses)
        {
            if (WireDigest.TryParse(response.Digest, out Digest digest))
            {
                if (response.Status is { Code: not 0 } status)
                {
                    fault ??= RpcFailure.ToStoreException(status, Address, digest);
                }
                else if (stored.Add(digest))
                {
                    _statistics.CountUpload(digest.SizeBytes);
                }
            }
        }

        batch.RemoveAll(blob => stored.Contains(blob.Digest));
        return batch.Count == 0
            ? true
            : throw fault ?? new CasException(CasErrorKind.Other, $"{Address} did not say whether it stored blob {batch[0].Digest}", batch[0].Digest);
    }
}
