using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>What a file was when it was hashed; whatever differs later, it was changed.</summary>
internal readonly record struct FileIdentity(
    ulong Inode, ulong Size, ushort Mode, long ModifiedSeconds, uint ModifiedNanoseconds, long ChangedSeconds, uint ChangedNanoseconds)
{
    private const int S_IFMT = 0xf000;
    private const int S_IFSOCK = 0xc000;
    private const int S_IFLNK = 0xa000;
    private const int S_IFREG = 0x8000;
    private const int S_IFBLK = 0x6000;
    private const int S_IFDIR = 0x4000;
    private const int S_IFCHR = 0x2000;
    private const int ExecuteBits = 0x49;

    public bool IsFile => (Mode & S_IFMT) == S_IFREG;

    public bool IsDirectory => (Mode & S_IFMT) == S_IFDIR;

    public bool IsSymlink => (Mode & S_IFMT) == S_IFLNK;

    public bool IsExecutable => (Mode & ExecuteBits) != 0;

    /// <summary>The type in words, for a file that REAPI cannot express.</summary>
    public string TypeName => (Mode & S_IFMT) switch
    {
        S_IFSOCK => "a socket",
        S_IFBLK => "a block device",
        S_IFCHR => "a character device",
        _ => "a FIFO",
    };

    /// <summary>Of an open file, or of <paramref name="path"/> (which ends in NUL) below an open directory.</summary>
    /// <returns>0 or a negative errno.</returns>
    public static int Read(SafeFileHandle handle, ReadOnlySpan<byte> path, out FileIdentity identity)
    {
        int result = Syscall.StatX(handle, path, StatXMask.STATX_BASIC_STATS, out StatXBuffer status);
        identity = new FileIdentity(
            status.Inode,
            status.Size,
            status.Mode,
            status.ModificationTime.Seconds,
            status.ModificationTime.Nanoseconds,
            status.ChangeTime.Seconds,
            status.ChangeTime.Nanoseconds);
        return result;
    }
}
