using System.Runtime.InteropServices;

namespace VirtualRoot.Linux.Zstd;

/// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which have the same layout; the library moves the position.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer(byte* bytes, int size)
{
    /// <summary>src or dst.</summary>
    public readonly byte* Bytes = bytes;

    /// <summary>size, in bytes.</summary>
    public readonly nuint Size = (nuint)size;

    /// <summary>pos: bytes consumed or written.</summary>
    public nuint Position;
}
