using Google.Protobuf;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasClient.Tests.Fakes;

internal sealed partial class FakeCas
{
    private void AddMethods()
    {
        _host.AddUnary(CasMethods.GetCapabilities, async (_, context) =>
        {
            await EnterAsync("GetCapabilities", context);
            return new ServerCapabilities
            {
                CacheCapabilities = Capabilities,
                LowApiVersion = new SemVer { Major = 2 },
                HighApiVersion = new SemVer { Major = 2, Minor = 3 },
            };
        });
        _host.AddUnary(CasMethods.FindMissingBlobs, async (request, context) =>
        {
            await EnterAsync("FindMissingBlobs", context);
            var response = new FindMissingBlobsResponse();
            response.MissingBlobDigests.AddRange(request.BlobDigests.Where(digest => !Blobs.ContainsKey(Parse(digest))));
            return response;
        });
        _host.AddUnary(CasMethods.BatchReadBlobs, BatchReadAsync);
        _host.AddUnary(CasMethods.BatchUpdateBlobs, BatchUpdateAsync);
        _host.AddServerStreaming(CasMethods.GetTree, GetTreeAsync);
        _host.AddServerStreaming(CasMethods.Read, ReadAsync);
        _host.AddClientStreaming(CasMethods.Write, WriteAsync);
        _host.AddUnary(CasMethods.QueryWriteStatus, async (request, context) =>
        {
            await EnterAsync("QueryWriteStatus", context);
            return _partial.TryGetValue(request.ResourceName, out MemoryStream? partial)
                ? new QueryWriteStatusResponse { CommittedSize = partial.Length }
                : throw new RpcException(StatusCode.NotFound, "no such upload");
        });
    }

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, MemoryStream> _partial = new();

    private async Task<BatchReadBlobsResponse> BatchReadAsync(BatchReadBlobsRequest request, ServerCallContext context)
    {
        await EnterAsync("BatchReadBlobs", context);
        var response = new BatchReadBlobsResponse();
        foreach (Protos.Digest message in request.Digests)
        {
            var answer = new BatchReadBlobsResponse.Types.Response { Digest = message, Status = new Protos.Status() };
            try
            {
                byte[] bytes = Find(Parse(message));
                bool zstd = request.AcceptableCompressors.Contains(Compressor.Types.Value.Zstd);
                answer.Data = ByteString.CopyFrom(zstd ? ZstdLibrary.Compress(bytes) : bytes);
                answer.Compressor = zstd ? Compressor.Types.Value.Zstd : Compressor.Types.Value.Identity;
            }
            catch (RpcException exception)
            {
                answer.Status = new Protos.Status { Code = (int)exception.StatusCode, Message = exception.Status.Detail };
            }

            response.Responses.Add(answer);
        }

        return response;
    }

    private async Task<BatchUpdateBlobsResponse> BatchUpdateAsync(BatchUpdateBlobsRequest request, ServerCallContext context)
    {
        await EnterAsync("BatchUpdateBlobs", context);
        if (Capabilities.MaxBatchTotalSizeBytes > 0 && request.CalculateSize() > Capabilities.MaxBatchTotalSizeBytes)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"a batch of {request.CalculateSize()} bytes");
        }

        var response = new BatchUpdateBlobsResponse();
        foreach (BatchUpdateBlobsRequest.Types.Request blob in request.Requests)
        {
            UpdateCompressors.Enqueue(blob.Compressor);
            byte[] bytes = blob.Compressor == Compressor.Types.Value.Zstd
                ? Decompress(blob.Data.Span, blob.Digest.SizeBytes)
                : blob.Data.ToByteArray();
            bool good = Add(Arrives(bytes)) == Parse(blob.Digest);
            response.Responses.Add(new BatchUpdateBlobsResponse.Types.Response
            {
                Digest = blob.Digest,
                Status = new Protos.Status { Code = good ? 0 : (int)StatusCode.InvalidArgument },
            });
        }

        return response;
    }

    private async Task GetTreeAsync(GetTreeRequest request, IServerStreamWriter<GetTreeResponse> output, ServerCallContext context)
    {
        await EnterAsync("GetTree", context);
        var page = new GetTreeResponse();
        HashSet<Digest> seen = [];
        Queue<Digest> queue = new([Parse(request.RootDigest)]);
        while (queue.TryDequeue(out Digest digest))
        {
            if (!seen.Add(digest) || !Blobs.TryGetValue(digest, out byte[]? bytes))
            {
                continue;
            }

            Protos.Directory directory = Protos.Directory.Parser.ParseFrom(Tamper(digest, bytes));
            page.Directories.Add(directory);
            directory.Directories.ToList().ForEach(child => queue.Enqueue(Parse(child.Digest)));
            if (page.Directories.Count == TreePageSize)
            {
                await output.WriteAsync(page);
                page = new GetTreeResponse();
            }
        }

        await output.WriteAsync(page);
    }

    private async Task ReadAsync(ReadRequest request, IServerStreamWriter<ReadResponse> output, ServerCallContext context)
    {
        Reads.Enqueue(request);
        await EnterAsync("Read", context);
        string[] parts = request.ResourceName.Split('/');
        Assert.True(Digest.TryParse($"{parts[^2]}/{parts[^1]}", out Digest digest), request.ResourceName);
        byte[] bytes = Find(digest);
        int offset = IgnoresReadOffset ? 0 : (int)request.ReadOffset;
        bytes = IsZstd(request.ResourceName) ? ZstdLibrary.Compress(bytes.AsSpan(offset)) : bytes.AsSpan(offset).ToArray();
        for (int sent = 0; sent < bytes.Length; await AfterChunk(sent, context))
        {
            int count = Math.Min(ChunkBytes, bytes.Length - sent);
            await output.WriteAsync(new ReadResponse { Data = ByteString.CopyFrom(bytes, sent, count) });
            sent += count;
        }
    }

    private async Task<WriteResponse> WriteAsync(IAsyncStreamReader<WriteRequest> input, ServerCallContext context)
    {
        await EnterAsync("Write", context);
        string name = string.Empty;
        Digest wanted = default;
        MemoryStream partial = new();
        await foreach (WriteRequest request in input.ReadAllAsync())
        {
            if (name.Length == 0)
            {
                name = request.ResourceName;
                Writes.Enqueue(name);
                string[] parts = name.Split('/');
                Assert.True(Digest.TryParse($"{parts[^2]}/{parts[^1]}", out Digest digest), name);
                if (Blobs.ContainsKey(digest))
                {
                    return new WriteResponse { CommittedSize = IsZstd(name) ? -1 : digest.SizeBytes };
                }

                wanted = digest;
                partial = _partial.GetOrAdd(name, partial);
            }

            Assert.Equal(partial.Length, request.WriteOffset);
            partial.Write(request.Data.Span);
            await AfterChunk(partial.Length, context);
            if (request.FinishWrite)
            {
                byte[] bytes = IsZstd(name) ? Decompress(partial.ToArray(), wanted.SizeBytes) : partial.ToArray();
                if (Add(Arrives(bytes)) != wanted)
                {
                    throw new RpcException(StatusCode.InvalidArgument, "the hash differs");
                }
            }
        }

        return new WriteResponse { CommittedSize = partial.Length };
    }

    private static bool IsZstd(string resource) => resource.Contains("compressed-blobs/zstd/", StringComparison.Ordinal);

    private static byte[] Decompress(ReadOnlySpan<byte> compressed, long size)
    {
        byte[] bytes = new byte[size];
        ZstdLibrary.Decompress(compressed, bytes);
        return bytes;
    }
}
