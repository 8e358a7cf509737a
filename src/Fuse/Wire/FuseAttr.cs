using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_attr</c>: attributes of a node.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseAttr
{
    /// <summary>The inode number that stat(2) shows.</summary>
    public ulong Ino;

    /// <summary>Size in bytes.</summary>
    public ulong Size;

    /// <summary>Allocated blocks of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Time of the last access, seconds since the epoch.</summary>
    public long Atime;

    /// <summary>Time of the last change of the data, seconds since the epoch.</summary>
    public long Mtime;

    /// <summary>Time of the last change of the inode, seconds since the epoch.</summary>
    public long Ctime;

    /// <summary>Nanoseconds of <see cref="Atime"/>.</summary>
    public uint AtimeNsec;

    /// <summary>Nanoseconds of <see cref="Mtime"/>.</summary>
    public uint MtimeNsec;

    /// <summary>Nanoseconds of <see cref="Ctime"/>.</summary>
    public uint CtimeNsec;

    /// <summary>File type and permissions (S_IF* and 07777).</summary>
    public uint Mode;

    /// <summary>Number of hard links.</summary>
    public uint Nlink;

    /// <summary>Owner.</summary>
    public uint Uid;

    /// <summary>Group.</summary>
    public uint Gid;

    /// <summary>Device number of a device node, as the kernel encodes it (new_encode_dev).</summary>
    public uint Rdev;

    /// <summary>Preferred size of a transfer in bytes; 0 leaves it to the kernel.</summary>
    public uint BlkSize;

    /// <summary>FUSE_ATTR_* (7.32); 0 for an ordinary node.</summary>
    public uint Flags;
}
