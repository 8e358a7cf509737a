using System.Runtime.InteropServices;

namespace VirtualRoot.Linux.Zstd;

/// <summary>The functions of libzstd (1.4 and later: streaming with <c>ZSTD_compressStream2</c> is stable since then).</summary>
internal static unsafe partial class ZstdNative
{
    /// <summary>The library as every Debian ships it: package libzstd1.</summary>
    public const string Library = "libzstd.so.1";

    /// <summary>ZSTD_c_compressionLevel.</summary>
    public const int CompressionLevel = 100;

    /// <summary>ZSTD_d_windowLogMax.</summary>
    public const int WindowLogMax = 100;

    [LibraryImport(Library)]
    public static partial uint ZSTD_versionNumber();

    [LibraryImport(Library)]
    public static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    public static partial byte* ZSTD_getErrorName(nuint code);

    [LibraryImport(Library)]
    public static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    public static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_CCtx_setParameter(ZstdCompressionHandle context, int parameter, int value);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_compressStream2(
        ZstdCompressionHandle context, ref ZstdBuffer output, ref ZstdBuffer input, int operation);

    [LibraryImport(Library)]
    public static partial nint ZSTD_createDCtx();

    [LibraryImport(Library)]
    public static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_DCtx_setParameter(ZstdDecompressionHandle context, int parameter, int value);

    [LibraryImport(Library)]
    public static partial nuint ZSTD_decompressStream(ZstdDecompressionHandle context, ref ZstdBuffer output, ref ZstdBuffer input);

    /// <summary>A function's result, or the library's own words for its error.</summary>
    /// <exception cref="ZstdException">The code is an error.</exception>
    public static nuint Check(nuint code) =>
        ZSTD_isError(code) == 0 ? code : throw new ZstdException($"zstd: {Marshal.PtrToStringUTF8((nint)ZSTD_getErrorName(code))}");
}
