using System.Runtime.InteropServices;

namespace VirtualRoot.Linux.Zstd;

/// <summary>Whether libzstd is on this machine, and whole blobs at once. Without it nobody offers compression.</summary>
public static class ZstdLibrary
{
    // ZSTD_compressStream2 is part of the stable interface since 1.4.0.
    private const uint OldestVersion = 10400;

    private static readonly Lazy<bool> s_isAvailable = new(
        static () => NativeLibrary.TryLoad(ZstdNative.Library, out _) && ZstdNative.ZSTD_versionNumber() >= OldestVersion);

    /// <summary>Whether libzstd.so.1 can be loaded and is new enough. The first call loads it.</summary>
    public static bool IsAvailable => s_isAvailable.Value;

    /// <summary>Compresses a whole blob into one frame.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> contents, int level = ZstdCompressor.DefaultLevel)
    {
        using ZstdCompressor compressor = new(level);
        byte[] buffer = new byte[CompressBound(contents.Length)];
        return compressor.Compress(contents, buffer, isLast: true, out int consumed, out int written) && consumed == contents.Length
            ? buffer[..written]
            : throw new InvalidOperationException("zstd's bound on compressed sizes does not hold");
    }

    /// <summary>Decompresses a whole stream that must give exactly <paramref name="destination"/>'s length.</summary>
    /// <exception cref="ZstdException">It is corrupt, truncated, or of another length.</exception>
    public static void Decompress(ReadOnlySpan<byte> compressed, Span<byte> destination)
    {
        using ZstdDecompressor decompressor = new(destination.Length);
        int position = 0;
        do
        {
            decompressor.Decompress(compressed, destination[position..], out int consumed, out int written);
            compressed = compressed[consumed..];
            position += written;
            if (consumed == 0 && written == 0)
            {
                break;
            }
        }
        while (!compressed.IsEmpty || position < destination.Length);

        if (!compressed.IsEmpty || position < destination.Length || !decompressor.IsAtFrameEnd)
        {
            throw new ZstdException($"zstd: the stream ends after {position} of {destination.Length} bytes");
        }
    }

    // ZSTD_COMPRESSBOUND of zstd.h.
    private static int CompressBound(int length) =>
        checked(length + (length >> 8) + (length < 128 << 10 ? ((128 << 10) - length) >> 11 : 0));
}
