using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>ByteStream <c>Write</c> and <c>QueryWriteStatus</c>: one blob, verified at its end, resumable until then.</summary>
internal sealed class ByteStreamWriting(BlobStore store, UploadTable uploads, RequestCheck check, long maxBlobBytes)
{
    // REAPI: the size that a compressed upload would have had is not known when the blob is here already.
    private const long UnknownCommittedSize = -1;

    public async Task<Protos.WriteResponse> Write(IAsyncStreamReader<Protos.WriteRequest> requests, ServerCallContext context)
    {
        if (!await requests.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            throw new RpcException(StatusCode.InvalidArgument, "a write without any message");
        }

        BlobResource resource = ParseAndCheck(requests.Current.ResourceName);
        if (store.Contains(resource.Digest))
        {
            return new() { CommittedSize = resource.IsZstd ? UnknownCommittedSize : resource.Digest.SizeBytes };
        }

        Upload upload = uploads.Acquire(resource);
        bool isFinished = false;
        try
        {
            string name = requests.Current.ResourceName;
            Begin(upload, requests.Current, resource);
            do
            {
                // A fault in here is the bytes': the upload is over. Elsewhere it is the connection's: it can be resumed.
                isFinished = true;
                Append(upload, requests.Current, resource, name);
                if (requests.Current.FinishWrite)
                {
                    await upload.CommitAsync().ConfigureAwait(false);
                    return new() { CommittedSize = upload.Received };
                }

                isFinished = false;
            }
            while (await requests.MoveNext(context.CancellationToken).ConfigureAwait(false));

            return new() { CommittedSize = upload.Received };
        }
        finally
        {
            uploads.Release(resource, upload, isFinished);
        }
    }

    public Task<Protos.QueryWriteStatusResponse> QueryWriteStatus(Protos.QueryWriteStatusRequest request, ServerCallContext context)
    {
        BlobResource resource = ParseAndCheck(request.ResourceName);
        bool isComplete = store.Contains(resource.Digest);

        // An upload that is not known begins at 0: clients take NOT_FOUND here for a failure.
        return Task.FromResult(new Protos.QueryWriteStatusResponse
        {
            Complete = isComplete,
            CommittedSize = isComplete && !resource.IsZstd ? resource.Digest.SizeBytes : uploads.PositionOf(resource),
        });
    }

    private static void Begin(Upload upload, Protos.WriteRequest first, BlobResource resource)
    {
        if (first.WriteOffset == 0 && upload.Received > 0)
        {
            upload.Restart();
        }
        else if (first.WriteOffset != upload.Received)
        {
            throw new RpcException(
                StatusCode.OutOfRange, $"write_offset {first.WriteOffset} of blob {resource.Digest}: this upload goes on at {upload.Received} or begins at 0");
        }
    }

    private static void Append(Upload upload, Protos.WriteRequest request, BlobResource resource, string name)
    {
        if (request.ResourceName.Length > 0 && request.ResourceName != name)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"the resource name changed within the write of blob {resource.Digest}");
        }

        if (request.WriteOffset != upload.Received)
        {
            throw new RpcException(
                StatusCode.InvalidArgument, $"write_offset {request.WriteOffset} of blob {resource.Digest}: {upload.Received} follows");
        }

        upload.Append(request.Data.Span);
    }

    private BlobResource ParseAndCheck(string name)
    {
        BlobResource resource = BlobResource.ParseWrite(name);
        check.Instance(resource.Instance);
        if (resource.IsZstd && !ZstdLibrary.IsAvailable)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"blob {resource.Digest}: zstd is not offered here");
        }

        return resource.Digest.SizeBytes <= maxBlobBytes
            ? resource
            : throw new CasException(
                CasErrorKind.LimitExceeded, $"blob {resource.Digest} is larger than this CAS accepts, {maxBlobBytes} bytes", resource.Digest);
    }
}
