using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_statx</c>: attributes as statx(2) knows them (7.39).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseStatx
{
    /// <summary>STATX_*: which fields are filled in.</summary>
    public uint Mask;

    /// <summary>Preferred size of a transfer in bytes.</summary>
    public uint BlkSize;

    /// <summary>STATX_ATTR_*.</summary>
    public ulong Attributes;

    /// <summary>Number of hard links.</summary>
    public uint Nlink;

    /// <summary>Owner.</summary>
    public uint Uid;

    /// <summary>Group.</summary>
    public uint Gid;

    /// <summary>File type and permissions.</summary>
    public ushort Mode;

    /// <summary>Reserved; zero.</summary>
    public ushort Spare0;

    /// <summary>Inode number.</summary>
    public ulong Ino;

    /// <summary>Size in bytes.</summary>
    public ulong Size;

    /// <summary>Allocated blocks of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Which of <see cref="Attributes"/> mean something.</summary>
    public ulong AttributesMask;

    /// <summary>Last access.</summary>
    public FuseStatxTime Atime;

    /// <summary>Birth.</summary>
    public FuseStatxTime Btime;

    /// <summary>Last change of the inode.</summary>
    public FuseStatxTime Ctime;

    /// <summary>Last change of the data.</summary>
    public FuseStatxTime Mtime;

    /// <summary>Major number of a device node.</summary>
    public uint RdevMajor;

    /// <summary>Minor number of a device node.</summary>
    public uint RdevMinor;

    /// <summary>Major number of the device that holds the file; the kernel ignores it.</summary>
    public uint DevMajor;

    /// <summary>Minor number of the device that holds the file; the kernel ignores it.</summary>
    public uint DevMinor;

    private readonly FuseSpare112 _spare2;
}
