using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_copy_file_range_out</c>: answer of COPY_FILE_RANGE_64 (7.45).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseCopyFileRangeOut
{
    /// <summary>Bytes copied.</summary>
    public ulong BytesCopied;
}
