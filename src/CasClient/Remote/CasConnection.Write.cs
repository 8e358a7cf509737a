using Google.Protobuf;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>ByteStream writes.</summary>
public sealed partial class CasConnection
{
    // Within REAPI's advice of 64 KiB to 1 MiB; larger chunks gain nothing on loopback.
    private const int WriteChunkBytes = 256 * 1024;

    /// <summary>Stores a blob by a stream, resuming after a failure where the server tells how far it got.</summary>
    /// <param name="digest">What is stored.</param>
    /// <param name="open">Opens the blob's bytes; called for each attempt. The stream must seek.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    internal async Task WriteAsync(Digest digest, Func<Stream> open, CancellationToken cancellationToken)
    {
        // Offsets into a compressed stream are a corner that servers get wrong: what breaks off goes on uncompressed.
        bool zstd = digest.SizeBytes >= WorthCompressing && UsesZstd((await GetCapabilitiesAsync(cancellationToken)).HasZstd);
        string name = NewUpload();
        bool isFirst = true;
        await Retries.ExecuteAsync(AttemptAsync, null, cancellationToken);
        _statistics.CountUpload(digest.SizeBytes);

        string NewUpload() => ResourceName.OfWrite(_options.Instance, Guid.NewGuid(), digest, zstd);

        async Task<bool> AttemptAsync(CancellationToken token)
        {
            if (zstd && !isFirst)
            {
                zstd = false;
                isFirst = true;
                name = NewUpload();
            }

            long offset = isFirst ? 0 : await AskCommittedAsync(name, digest, token);
            isFirst = false;
            try
            {
                if (offset < digest.SizeBytes || digest.SizeBytes == 0)
                {
                    await StreamOutAsync(name, digest, open, offset, zstd, token);
                }

                return true;
            }
            catch (CasException exception) when (exception.Kind == CasErrorKind.Corrupt)
            {
                // There is nothing to go on from.
                isFirst = true;
                name = NewUpload();
                throw;
            }
        }
    }

    /// <summary>How much of an interrupted upload the server has: all of it if complete, nothing if it cannot say.</summary>
    private async Task<long> AskCommittedAsync(string name, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            QueryWriteStatusResponse status = await CallAsync(
                CasMethods.QueryWriteStatus, new QueryWriteStatusRequest { ResourceName = name }, $"the upload of blob {digest}", digest, cancellationToken);
            return status.Complete ? digest.SizeBytes : Math.Clamp(status.CommittedSize, 0, digest.SizeBytes);
        }
        catch (CasException exception) when (exception.Kind is CasErrorKind.Unsupported or CasErrorKind.Missing)
        {
            return 0;
        }
    }

    private async Task StreamOutAsync(
        string name, Digest digest, Func<Stream> open, long offset, bool zstd, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(_options.StallTimeout, _options.Time, _closing.Token, cancellationToken);
        try
        {
            using AsyncClientStreamingCall<WriteRequest, WriteResponse> call = _channel.AsyncClientStreamingCall(
                CasMethods.Write, new CallOptions(CancellationToken: guard.Token));
            await using Stream stream = open();
            stream.Seek(offset, SeekOrigin.Begin);
            using StreamedCompression? compression = zstd ? new StreamedCompression(stream) : null;
            long end = await SendAsync(
                call, name, offset, zstd ? long.MaxValue : digest.SizeBytes, ReadChunkAsync, guard);
            long committed = (await call.ResponseAsync).CommittedSize;

            // An early answer means that the blob exists; -1 is what REAPI lets a server say of a compressed one.
            if (committed != digest.SizeBytes && committed != -1 && !(zstd && committed == end))
            {
                string when = end >= 0 ? "after all" : "before all";
                throw new RpcException(StatusCode.Aborted, $"answered {when} was sent that it stored {committed} bytes");
            }

            ValueTask<int> ReadChunkAsync(Memory<byte> buffer, CancellationToken token) => compression is null
                ? stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token)
                : compression.ReadAsync(buffer, token);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            throw RpcFailure.ToStoreException(Silence(guard, exception) ?? (RpcException)exception, Address, digest);
        }
    }

    /// <summary>Sends chunks until <paramref name="size"/> is reached or a chunk is not full.</summary>
    /// <returns>Where it ended; -1 if the server answered before.</returns>
    private static async Task<long> SendAsync(
        AsyncClientStreamingCall<WriteRequest, WriteResponse> call,
        string name,
        long offset,
        long size,
        Func<Memory<byte>, CancellationToken, ValueTask<int>> readChunk,
        StallGuard guard)
    {
        byte[] buffer = new byte[(int)Math.Min(WriteChunkBytes, Math.Max(1, size - offset))];
        bool finished = false;
        while (!finished)
        {
            int count = await readChunk(buffer, guard.Token);
            finished = offset + count >= size || count < buffer.Length;
            var request = new WriteRequest
            {
                ResourceName = name,
                WriteOffset = offset,
                FinishWrite = finished,
                Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)),
            };
            if (!await call.RequestStream.WriteAsync(request, guard.Token))
            {
                return -1;
            }

            offset += count;
            guard.Touch();
        }

        await call.RequestStream.CompleteAsync();
        return offset;
    }
}
