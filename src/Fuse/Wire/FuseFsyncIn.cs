using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_fsync_in</c>: request FSYNC and FSYNCDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseFsyncIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>FUSE_FSYNC_FDATASYNC (1): data only.</summary>
    public uint FsyncFlags { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
