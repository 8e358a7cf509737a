using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>What fstatfs(2) answers (<c>struct statfs</c> of 64-bit Linux, 120 bytes).</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
public readonly struct StatFsBuffer
{
    /// <summary>f_type: the file system's magic number.</summary>
    public readonly long Type;

    /// <summary>f_bsize: preferred size of an I/O.</summary>
    public readonly long BlockSize;

    /// <summary>f_blocks: blocks of <see cref="FragmentSize"/> in all.</summary>
    public readonly ulong Blocks;

    /// <summary>f_bfree: free blocks.</summary>
    public readonly ulong FreeBlocks;

    /// <summary>f_bavail: free blocks for ordinary users.</summary>
    public readonly ulong AvailableBlocks;

    /// <summary>f_files: inodes in all.</summary>
    public readonly ulong Files;

    /// <summary>f_ffree: free inodes.</summary>
    public readonly ulong FreeFiles;

    /// <summary>f_fsid: the file system's identity.</summary>
    public readonly ulong FileSystemId;

    /// <summary>f_namelen: the longest name in bytes.</summary>
    public readonly long NameLength;

    /// <summary>f_frsize: size of a block.</summary>
    public readonly long FragmentSize;

    /// <summary>f_flags: ST_*.</summary>
    public readonly long Flags;
}
