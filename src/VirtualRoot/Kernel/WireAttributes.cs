using VirtualRoot.Fuse.Wire;
using VirtualRoot.Nodes;

namespace VirtualRoot.Kernel;

/// <summary>Node attributes in the kernel's wire formats.</summary>
internal static class WireAttributes
{
    private const uint BlockSize = 4096;
    private const uint StatxBasicAndBirth = 0xfff; // STATX_BASIC_STATS | STATX_BTIME

    /// <summary><c>fuse_attr</c>.</summary>
    public static FuseAttr From(in NodeAttributes attributes) => new()
    {
        Ino = attributes.Inode,
        Size = attributes.Size,
        Blocks = attributes.Blocks,
        Atime = attributes.AccessTime.Seconds,
        AtimeNsec = attributes.AccessTime.Nanoseconds,
        Mtime = attributes.ModificationTime.Seconds,
        MtimeNsec = attributes.ModificationTime.Nanoseconds,
        Ctime = attributes.ChangeTime.Seconds,
        CtimeNsec = attributes.ChangeTime.Nanoseconds,
        Mode = (uint)attributes.Kind | attributes.Permissions,
        Nlink = attributes.Links,
        Uid = attributes.Uid,
        Gid = attributes.Gid,
        Rdev = attributes.Device,
        BlkSize = BlockSize,
    };

    /// <summary><c>fuse_statx</c>, with the birth time.</summary>
    public static FuseStatx StatxFrom(in NodeAttributes attributes) => new()
    {
        Mask = StatxBasicAndBirth,
        BlkSize = BlockSize,
        Nlink = attributes.Links,
        Uid = attributes.Uid,
        Gid = attributes.Gid,
        Mode = (ushort)((uint)attributes.Kind | attributes.Permissions),
        Ino = attributes.Inode,
        Size = attributes.Size,
        Blocks = attributes.Blocks,
        Atime = From(attributes.AccessTime),
        Btime = From(attributes.BirthTime),
        Ctime = From(attributes.ChangeTime),
        Mtime = From(attributes.ModificationTime),
        RdevMajor = (attributes.Device >> 8) & 0xfff,
        RdevMinor = (attributes.Device & 0xff) | ((attributes.Device >> 12) & 0xfff00),
    };

    /// <summary>DT_*, the directory entry's type.</summary>
    public static uint DirentType(NodeKind kind) => (uint)kind >> 12;

    private static FuseStatxTime From(NodeTime time) => new() { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
}
