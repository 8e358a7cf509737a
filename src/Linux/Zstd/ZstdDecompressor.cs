namespace VirtualRoot.Linux.Zstd;

/// <summary>
/// Decompresses a zstd stream (one frame or several) piece by piece, from a peer that may be hostile: what comes out is
/// bounded, and so is the memory that a frame may ask for. For one thread at a time.
/// </summary>
public sealed class ZstdDecompressor : IDisposable
{
    // 8 MiB: what RFC 8878 asks of every decoder, and what level 19 uses. A frame header may ask for 2 GiB.
    private const int MaxWindowLog = 23;

    private readonly ZstdDecompressionHandle _handle = new();
    private readonly long _maxBytes;
    private long _total;

    /// <summary>A decompressor that refuses to give more than <paramref name="maxBytes"/>.</summary>
    public ZstdDecompressor(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        if (_handle.IsInvalid)
        {
            throw new InsufficientMemoryException("zstd: no memory for a decompression context");
        }

        _maxBytes = maxBytes;
        ZstdNative.Check(ZstdNative.ZSTD_DCtx_setParameter(_handle, ZstdNative.WindowLogMax, MaxWindowLog));
    }

    /// <summary>Whether what came so far ends with a frame: a stream that ends elsewhere is truncated.</summary>
    public bool IsAtFrameEnd { get; private set; }

    /// <summary>Takes compressed bytes in and gives bytes out. When nothing is taken nor given, more input is needed.</summary>
    /// <param name="source">The next compressed bytes.</param>
    /// <param name="destination">Where bytes go; it may be empty once the bound is reached.</param>
    /// <param name="consumed">How much was taken; call again with the rest.</param>
    /// <param name="written">How much was given.</param>
    /// <exception cref="ZstdException">The stream is corrupt, or larger than the bound.</exception>
    public unsafe void Decompress(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        // At the bound the stream may still end (checksum, empty blocks), but one more byte shows a lie.
        Span<byte> probe = stackalloc byte[1];
        bool atBound = _total == _maxBytes;
        Span<byte> target = atBound ? probe : destination[..(int)Math.Min(destination.Length, _maxBytes - _total)];
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            ZstdBuffer input = new(from, source.Length);
            ZstdBuffer output = new(to, target.Length);
            nuint hint = ZstdNative.Check(ZstdNative.ZSTD_decompressStream(_handle, ref output, ref input));
            consumed = (int)input.Position;
            written = (int)output.Position;
            if (consumed > 0 || written > 0)
            {
                IsAtFrameEnd = hint == 0;
            }
        }

        if (atBound && written > 0)
        {
            throw new ZstdException($"zstd: the stream holds more than {_maxBytes} bytes");
        }

        _total += written;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
