namespace VirtualRoot.Linux;

/// <summary>Fields that statx(2) is asked for (<c>linux/stat.h</c>), under their own names.</summary>
[Flags]
public enum StatXMask : uint
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    STATX_TYPE = 0x1,
    STATX_MODE = 0x2,
    STATX_NLINK = 0x4,
    STATX_UID = 0x8,
    STATX_GID = 0x10,
    STATX_ATIME = 0x20,
    STATX_MTIME = 0x40,
    STATX_CTIME = 0x80,
    STATX_INO = 0x100,
    STATX_SIZE = 0x200,
    STATX_BLOCKS = 0x400,
    STATX_BASIC_STATS = 0x7ff,
    STATX_BTIME = 0x800,
    STATX_MNT_ID = 0x1000,
#pragma warning restore CS1591
}
