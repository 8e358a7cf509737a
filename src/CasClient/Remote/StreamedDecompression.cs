using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasClient.Remote;

/// <summary>Decompresses a zstd stream on its way into a destination; never more than the digest's size comes out.</summary>
internal sealed class StreamedDecompression(IBlobDestination destination, Digest digest) : IDisposable
{
    private readonly ZstdDecompressor _zstd = new(digest.SizeBytes);
    private readonly byte[] _buffer = new byte[(int)Math.Min(128 * 1024, digest.SizeBytes)];

    public void Write(ReadOnlySpan<byte> compressed)
    {
        try
        {
            int consumed;
            int written;
            do
            {
                _zstd.Decompress(compressed, _buffer, out consumed, out written);
                destination.Write(_buffer.AsSpan(0, written));
                compressed = compressed[consumed..];
            }
            while (consumed > 0 || written > 0);
        }
        catch (ZstdException exception)
        {
            throw new CasException(CasErrorKind.Corrupt, $"blob {digest} came as a bad zstd stream: {exception.Message}", digest, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();
}
