using Google.Protobuf;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasClient.Remote;

/// <summary>Compressed transfers.</summary>
public sealed partial class CasConnection
{
    // Below this a frame's header eats what compressing saves.
    private const int WorthCompressing = 1024;

    private bool UsesZstd(bool isOffered) =>
        isOffered
        && (_options.Zstd == ZstdMode.On || (_options.Zstd == ZstdMode.Auto && !_options.IsLocal))
        && ZstdLibrary.IsAvailable;

    // Batches are measured uncompressed: bytes that zstd does not make fewer go as they are, so a batch only shrinks.
    private static BatchUpdateBlobsRequest.Types.Request UpdateRequestOf(in Digest digest, ReadOnlyMemory<byte> bytes, bool zstd)
    {
        bool isCompressed = zstd && bytes.Length >= WorthCompressing;
        ReadOnlyMemory<byte> data = isCompressed ? ZstdLibrary.Compress(bytes.Span) : bytes;
        isCompressed = data.Length < bytes.Length;
        return new BatchUpdateBlobsRequest.Types.Request
        {
            Digest = digest.ToMessage(),
            Data = UnsafeByteOperations.UnsafeWrap(isCompressed ? data : bytes),
            Compressor = isCompressed ? Compressor.Types.Value.Zstd : Compressor.Types.Value.Identity,
        };
    }

    private BatchedBlob DecompressBatched(in Digest digest, ByteString data)
    {
        if (digest.SizeBytes > _options.MaxBatchedBlobBytes || !ZstdLibrary.IsAvailable)
        {
            return new BatchedBlob(digest, default, new CasException(
                CasErrorKind.Unsupported, $"{Address} sent blob {digest} compressed, unasked", digest));
        }

        byte[] bytes = new byte[digest.SizeBytes];
        try
        {
            ZstdLibrary.Decompress(data.Span, bytes);
            return new BatchedBlob(digest, bytes, null);
        }
        catch (ZstdException exception)
        {
            return new BatchedBlob(digest, default, new CasException(
                CasErrorKind.Corrupt, $"blob {digest} came as a bad zstd stream: {exception.Message}", digest, exception));
        }
    }
}
