namespace VirtualRoot.Linux.Zstd;

/// <summary>Compresses one zstd frame piece by piece. For one thread at a time.</summary>
public sealed class ZstdCompressor : IDisposable
{
    /// <summary>zstd's own default: some 300 MB/s a core.</summary>
    public const int DefaultLevel = 3;

    private const int ZSTD_e_continue = 0;
    private const int ZSTD_e_end = 2;

    private readonly ZstdCompressionHandle _handle = new();

    /// <summary>A compressor of the given level (1 is fastest, 19 is smallest).</summary>
    public ZstdCompressor(int level = DefaultLevel)
    {
        if (_handle.IsInvalid)
        {
            throw new InsufficientMemoryException("zstd: no memory for a compression context");
        }

        ZstdNative.Check(ZstdNative.ZSTD_CCtx_setParameter(_handle, ZstdNative.CompressionLevel, level));
    }

    /// <summary>Takes bytes in and gives compressed bytes out.</summary>
    /// <param name="source">The next bytes.</param>
    /// <param name="destination">Where compressed bytes go; not empty.</param>
    /// <param name="isLast">Whether the frame ends with <paramref name="source"/>.</param>
    /// <param name="consumed">How much was taken; call again with the rest.</param>
    /// <param name="written">How much was given.</param>
    /// <returns>Whether this step is over: all was taken and, with <paramref name="isLast"/>, all was given.</returns>
    public unsafe bool Compress(ReadOnlySpan<byte> source, Span<byte> destination, bool isLast, out int consumed, out int written)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            ZstdBuffer input = new(from, source.Length);
            ZstdBuffer output = new(to, destination.Length);
            nuint rest = ZstdNative.Check(
                ZstdNative.ZSTD_compressStream2(_handle, ref output, ref input, isLast ? ZSTD_e_end : ZSTD_e_continue));
            consumed = (int)input.Position;
            written = (int)output.Position;
            return consumed == source.Length && (!isLast || rest == 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
