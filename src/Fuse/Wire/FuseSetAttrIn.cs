using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_setattr_in</c>: request SETATTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseSetAttrIn
{
    /// <summary>Which of the fields count.</summary>
    public FuseSetAttrValid Valid { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }

    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>Size in bytes.</summary>
    public ulong Size { get; init; }

    /// <summary>The lock owner: an opaque value that stands for the owner's open-file table.</summary>
    public ulong LockOwner { get; init; }

    /// <summary>Time of the last access, seconds since the epoch.</summary>
    public long Atime { get; init; }

    /// <summary>Time of the last change of the data, seconds since the epoch.</summary>
    public long Mtime { get; init; }

    /// <summary>Time of the last change of the inode, seconds since the epoch.</summary>
    public long Ctime { get; init; }

    /// <summary>Nanoseconds of <see cref="Atime"/>.</summary>
    public uint AtimeNsec { get; init; }

    /// <summary>Nanoseconds of <see cref="Mtime"/>.</summary>
    public uint MtimeNsec { get; init; }

    /// <summary>Nanoseconds of <see cref="Ctime"/>.</summary>
    public uint CtimeNsec { get; init; }

    /// <summary>File type and permissions.</summary>
    public uint Mode { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused4 { get; init; }

    /// <summary>Owner.</summary>
    public uint Uid { get; init; }

    /// <summary>Group.</summary>
    public uint Gid { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused5 { get; init; }
}
