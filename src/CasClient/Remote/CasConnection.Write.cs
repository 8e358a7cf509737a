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
        var upload = Guid.NewGuid();
        string name = ResourceName.OfWrite(_options.Instance, upload, digest, zstd: false);
        bool isFirst = true;
        await Retries.ExecuteAsync(AttemptAsync, null, cancellationToken);
        _statistics.CountUpload(digest.SizeBytes);

        async Task<bool> AttemptAsync(CancellationToken token)
        {
            long offset = isFirst ? 0 : await AskCommittedAsync(name, digest, token);
            isFirst = false;
            if (offset < digest.SizeBytes || digest.SizeBytes == 0)
            {
                await StreamOutAsync(name, digest, open, offset, token);
            }

            return true;
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

    private async Task StreamOutAsync(string name, Digest digest, Func<Stream> open, long offset, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(_options.StallTimeout, _options.Time, _closing.Token, cancellationToken);
        try
        {
            using AsyncClientStreamingCall<WriteRequest, WriteResponse> call = _channel.AsyncClientStreamingCall(
                CasMethods.Write, new CallOptions(CancellationToken: guard.Token));
            bool sentAll = await SendAsync(call, name, digest, open, offset, guard);
            long committed = (await call.ResponseAsync).CommittedSize;

            // An early answer means that the blob exists; -1 is what REAPI lets a server say of a compressed one.
            if (committed != digest.SizeBytes && committed != -1)
            {
                string when = sentAll ? "after all" : "before all";
                throw new RpcException(StatusCode.Aborted, $"answered {when} was sent that it stored {committed} bytes");
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            throw RpcFailure.ToCasException(
                Silence(guard, exception) ?? (RpcException)exception, Address, $"storing blob {digest}", digest);
        }
    }

    private static async Task<bool> SendAsync(
        AsyncClientStreamingCall<WriteRequest, WriteResponse> call, string name, Digest digest, Func<Stream> open, long offset, StallGuard guard)
    {
        byte[] buffer = new byte[(int)Math.Min(WriteChunkBytes, Math.Max(1, digest.SizeBytes - offset))];
        await using Stream stream = open();
        stream.Seek(offset, SeekOrigin.Begin);
        bool finished = false;
        while (!finished)
        {
            int count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, guard.Token);
            finished = offset + count >= digest.SizeBytes || count < buffer.Length;
            var request = new WriteRequest
            {
                ResourceName = name,
                WriteOffset = offset,
                FinishWrite = finished,
                Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)),
            };
            if (!await call.RequestStream.WriteAsync(request, guard.Token))
            {
                return false;
            }

            offset += count;
            guard.Touch();
        }

        await call.RequestStream.CompleteAsync();
        return true;
    }
}
