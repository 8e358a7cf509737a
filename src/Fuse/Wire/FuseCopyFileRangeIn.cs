using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_copy_file_range_in</c>: request COPY_FILE_RANGE and COPY_FILE_RANGE_64.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseCopyFileRangeIn
{
    /// <summary>The handle copied from; its node is the request's.</summary>
    public ulong FhIn { get; init; }

    /// <summary>First byte copied.</summary>
    public ulong OffIn { get; init; }

    /// <summary>The node copied to.</summary>
    public ulong NodeIdOut { get; init; }

    /// <summary>The handle copied to.</summary>
    public ulong FhOut { get; init; }

    /// <summary>Where the bytes belong.</summary>
    public ulong OffOut { get; init; }

    /// <summary>Number of bytes.</summary>
    public ulong Len { get; init; }

    /// <summary>Flags of copy_file_range(2); 0 today.</summary>
    public ulong Flags { get; init; }
}
