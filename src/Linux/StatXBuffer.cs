using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>What statx(2) answers (<c>struct statx</c>, 256 bytes, the same on every architecture). Only fields that
/// <see cref="Mask"/> names are meaningful.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
public readonly struct StatXBuffer
{
    /// <summary>stx_mask: what the kernel filled.</summary>
    public readonly StatXMask Mask;

    /// <summary>stx_blksize: preferred size of an I/O.</summary>
    public readonly uint BlockSize;

    /// <summary>stx_attributes: STATX_ATTR_*.</summary>
    public readonly ulong Attributes;

    /// <summary>stx_nlink.</summary>
    public readonly uint LinkCount;

    /// <summary>stx_uid.</summary>
    public readonly uint UserId;

    /// <summary>stx_gid.</summary>
    public readonly uint GroupId;

    /// <summary>stx_mode: type and permission bits.</summary>
    public readonly ushort Mode;

    private readonly ushort _reserved;

    /// <summary>stx_ino.</summary>
    public readonly ulong Inode;

    /// <summary>stx_size, in bytes.</summary>
    public readonly ulong Size;

    /// <summary>stx_blocks: 512-byte blocks on disk.</summary>
    public readonly ulong Blocks;

    /// <summary>stx_attributes_mask.</summary>
    public readonly ulong AttributesMask;

    /// <summary>stx_atime.</summary>
    public readonly StatXTimestamp AccessTime;

    /// <summary>stx_btime.</summary>
    public readonly StatXTimestamp BirthTime;

    /// <summary>stx_ctime.</summary>
    public readonly StatXTimestamp ChangeTime;

    /// <summary>stx_mtime.</summary>
    public readonly StatXTimestamp ModificationTime;

    /// <summary>stx_rdev_major.</summary>
    public readonly uint DeviceMajor;

    /// <summary>stx_rdev_minor.</summary>
    public readonly uint DeviceMinor;

    /// <summary>stx_dev_major: of the file system.</summary>
    public readonly uint FileSystemMajor;

    /// <summary>stx_dev_minor: of the file system.</summary>
    public readonly uint FileSystemMinor;

    /// <summary>stx_mnt_id.</summary>
    public readonly ulong MountId;
}
