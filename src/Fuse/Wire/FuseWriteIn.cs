using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_write_in</c>: request WRITE; the data follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseWriteIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>Where the data belong.</summary>
    public ulong Offset { get; init; }

    /// <summary>Bytes of data.</summary>
    public uint Size { get; init; }

    /// <summary>FUSE_WRITE_CACHE (1), FUSE_WRITE_LOCKOWNER (2), FUSE_WRITE_KILL_SUIDGID (4).</summary>
    public uint WriteFlags { get; init; }

    /// <summary>The lock owner: an opaque value that stands for the owner's open-file table.</summary>
    public ulong LockOwner { get; init; }

    /// <summary>O_* of the open.</summary>
    public uint Flags { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
