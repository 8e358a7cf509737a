using Google.Protobuf;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasClient.Remote;

/// <summary>Compressed transfers.</summary>
public sealed partial class CasConnection
{
    private bool UsesZstd(CasCapabilities capabilities) =>
        capabilities.HasZstd
        && (_options.Zstd == ZstdMode.On || (_options.Zstd == ZstdMode.Auto && !_options.IsLocal))
        && ZstdLibrary.IsAvailable;

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
