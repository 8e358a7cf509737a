using System.Buffers;
using Google.Protobuf;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>ByteStream <c>Read</c>: a blob from an offset on, as it is or compressed on the way.</summary>
internal sealed class ByteStreamReading(BlobStore store, RequestCheck check)
{
    // Loopback throughput no longer grows beyond 256 KiB a message; each call holds one or two such buffers.
    private const int ChunkBytes = 256 * 1024;

    public async Task<bool> Read(Protos.ReadRequest request, IServerStreamWriter<Protos.ReadResponse> responses, ServerCallContext context)
    {
        BlobResource resource = BlobResource.ParseRead(request.ResourceName);
        check.Instance(resource.Instance);
        long end = CheckedEnd(request, resource);
        if (!store.TryOpen(resource.Digest, out BlobLease? lease))
        {
            throw ServerFailure.NotFound(resource.Digest);
        }

        using (lease)
        {
            if (resource.IsZstd)
            {
                await SendCompressedAsync(lease, request.ReadOffset, responses, context.CancellationToken).ConfigureAwait(false);
            }
            else
            {
                await SendAsync(lease, request.ReadOffset, end, responses, context.CancellationToken).ConfigureAwait(false);
            }
        }

        return true;
    }

    private static long CheckedEnd(Protos.ReadRequest request, BlobResource resource)
    {
        long size = resource.Digest.SizeBytes;
        if (request.ReadOffset < 0 || request.ReadOffset > size)
        {
            throw new RpcException(
                StatusCode.OutOfRange, $"read_offset {request.ReadOffset} of blob {resource.Digest} lies outside its {size} bytes");
        }

        if (request.ReadLimit < 0 || (resource.IsZstd && request.ReadLimit != 0))
        {
            throw new RpcException(
                StatusCode.InvalidArgument, $"read_limit {request.ReadLimit} of blob {resource.Digest}: it must not be negative, and is 0 for a compressed blob");
        }

        if (resource.IsZstd && !ZstdLibrary.IsAvailable)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"blob {resource.Digest}: zstd is not offered here");
        }

        return request.ReadLimit == 0 ? size : Math.Min(size, request.ReadOffset + Math.Min(request.ReadLimit, size));
    }

    private static async Task SendAsync(
        BlobLease lease, long offset, long end, IServerStreamWriter<Protos.ReadResponse> responses, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, end - offset));
        try
        {
            while (offset < end)
            {
                int wanted = (int)Math.Min(Math.Min(buffer.Length, ChunkBytes), end - offset);
                int length = StoredBytes.Read(lease, buffer.AsSpan(0, wanted), offset);
                offset += length;
                await responses.WriteAsync(Response(buffer, length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task SendCompressedAsync(
        BlobLease lease, long offset, IServerStreamWriter<Protos.ReadResponse> responses, CancellationToken cancellationToken)
    {
        using ZstdCompressor compressor = new();
        byte[] input = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        byte[] output = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int held = 0;
            bool isDone = false;
            while (!isDone)
            {
                int length = offset < lease.SizeBytes ? StoredBytes.Read(lease, input.AsSpan(0, ChunkBytes), offset) : 0;
                offset += length;
                bool isLast = offset >= lease.SizeBytes;
                int start = 0;
                bool isTaken;
                do
                {
                    isTaken = compressor.Compress(input.AsSpan(start, length - start), output.AsSpan(held, ChunkBytes - held), isLast, out int consumed, out int written);
                    start += consumed;
                    held += written;
                    isDone = isTaken && isLast;
                    if (held == ChunkBytes || (isDone && held > 0))
                    {
                        await responses.WriteAsync(Response(output, held), cancellationToken).ConfigureAwait(false);
                        held = 0;
                    }
                }
                while (!isTaken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    // WriteAsync serializes before it returns to us, so that the buffer is ours again.
    private static Protos.ReadResponse Response(byte[] buffer, int length) =>
        new() { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, length)) };
}
