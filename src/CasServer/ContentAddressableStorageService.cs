using System.Buffers;
using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>REAPI <c>ContentAddressableStorage</c> but for GetTree: many blobs in one message, each with its own status.</summary>
internal sealed class ContentAddressableStorageService(BlobStore store, RequestCheck check, long maxBlobBytes)
{
    /// <summary>Bytes of blobs in a batch: what REAPI assumes where a server states nothing.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    // Below this a frame's header eats what compressing saves.
    private const int WorthCompressing = 1024;

    public Task<Protos.FindMissingBlobsResponse> FindMissingBlobs(Protos.FindMissingBlobsRequest request, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        Protos.FindMissingBlobsResponse response = new();
        HashSet<Digest> seen = [];
        foreach (Protos.Digest message in request.BlobDigests)
        {
            Digest digest = RequestCheck.Digest(message, request.DigestFunction);
            if (seen.Add(digest) && !store.Contains(digest))
            {
                response.MissingBlobDigests.Add(message);
            }
        }

        return Task.FromResult(response);
    }

    public async Task<Protos.BatchReadBlobsResponse> BatchReadBlobs(Protos.BatchReadBlobsRequest request, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        RequireBatchSize(request.Digests.Sum(digest => (decimal)Math.Max(0, digest.SizeBytes)));
        bool acceptsZstd = request.AcceptableCompressors.Contains(Protos.Compressor.Types.Value.Zstd) && ZstdLibrary.IsAvailable;
        Protos.BatchReadBlobsResponse response = new();
        foreach (Protos.Digest message in request.Digests)
        {
            Protos.BatchReadBlobsResponse.Types.Response answer = new() { Digest = message };
            answer.Status = await AttemptAsync(message, request.DigestFunction, digest =>
            {
                Read(digest, acceptsZstd, answer);
                return Task.CompletedTask;
            }).ConfigureAwait(false);
            response.Responses.Add(answer);
        }

        return response;
    }

    public async Task<Protos.BatchUpdateBlobsResponse> BatchUpdateBlobs(Protos.BatchUpdateBlobsRequest request, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        RequireBatchSize(request.Requests.Sum(blob => (decimal)blob.Data.Length));
        Protos.Status[] statuses = await Task.WhenAll(request.Requests.Select(blob =>
            AttemptAsync(blob.Digest, request.DigestFunction, digest => WriteAsync(digest, blob, context.CancellationToken)))).ConfigureAwait(false);
        Protos.BatchUpdateBlobsResponse response = new();
        response.Responses.Add(request.Requests.Zip(statuses, static (blob, status) =>
            new Protos.BatchUpdateBlobsResponse.Types.Response { Digest = blob.Digest, Status = status }));
        return response;
    }

    private static void RequireBatchSize(decimal bytes)
    {
        if (bytes > MaxBatchBytes)
        {
            throw new RpcException(
                StatusCode.InvalidArgument, $"a batch of {bytes} bytes exceeds max_batch_total_size_bytes, {MaxBatchBytes}: use ByteStream");
        }
    }

    // A blob's failure is its own: the others of the batch are served.
    private static async Task<Protos.Status> AttemptAsync(Protos.Digest? message, Protos.DigestFunction.Types.Value function, Func<Digest, Task> operation)
    {
        if (!RequestCheck.TryDigest(message, function, out Digest digest, out string fault))
        {
            return new() { Code = (int)StatusCode.InvalidArgument, Message = fault };
        }

        try
        {
            await operation(digest).ConfigureAwait(false);
            return new();
        }
        catch (CasException exception)
        {
            return new() { Code = (int)ServerFailure.CodeOf(exception.Kind), Message = exception.Message };
        }
        catch (ZstdException exception)
        {
            return new() { Code = (int)StatusCode.InvalidArgument, Message = $"blob {digest}: {exception.Message}" };
        }
    }

    private void Read(in Digest digest, bool acceptsZstd, Protos.BatchReadBlobsResponse.Types.Response answer)
    {
        byte[] contents = ReadAll(digest);
        answer.Data = UnsafeByteOperations.UnsafeWrap(contents);
        if (acceptsZstd && contents.Length >= WorthCompressing && ZstdLibrary.Compress(contents) is var compressed && compressed.Length < contents.Length)
        {
            answer.Data = UnsafeByteOperations.UnsafeWrap(compressed);
            answer.Compressor = Protos.Compressor.Types.Value.Zstd;
        }
    }

    private byte[] ReadAll(in Digest digest)
    {
        if (!store.TryOpen(digest, out BlobLease? lease))
        {
            throw new CasException(CasErrorKind.Missing, $"blob {digest} is not in this CAS", digest);
        }

        using (lease)
        {
            return StoredBytes.ReadAll(lease);
        }
    }

    private async Task WriteAsync(Digest digest, Protos.BatchUpdateBlobsRequest.Types.Request blob, CancellationToken cancellationToken)
    {
        if (digest.SizeBytes > maxBlobBytes)
        {
            throw new CasException(
                CasErrorKind.LimitExceeded, $"blob {digest} is larger than this CAS accepts, {maxBlobBytes} bytes", digest);
        }

        if (blob.Compressor == Protos.Compressor.Types.Value.Identity)
        {
            await store.PutAsync(digest, blob.Data.Memory, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (blob.Compressor != Protos.Compressor.Types.Value.Zstd || !ZstdLibrary.IsAvailable)
        {
            throw new CasException(CasErrorKind.Unsupported, $"blob {digest}: compressor {blob.Compressor} is not offered here", digest);
        }

        if (digest.SizeBytes > MaxBatchBytes)
        {
            throw new CasException(CasErrorKind.Malformed, $"blob {digest} is too large for a batch: use ByteStream", digest);
        }

        byte[] contents = ArrayPool<byte>.Shared.Rent((int)digest.SizeBytes);
        try
        {
            Memory<byte> bytes = contents.AsMemory(0, (int)digest.SizeBytes);
            ZstdLibrary.Decompress(blob.Data.Span, bytes.Span);
            await store.PutAsync(digest, bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(contents);
        }
    }
}
