using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>What a file was when it was hashed; if nothing differs later, it was not written to.</summary>
internal readonly record struct FileIdentity(
    ulong Inode, ulong Size, ushort Mode, long ModifiedSeconds, uint ModifiedNanoseconds, long ChangedSeconds, uint ChangedNanoseconds)
{
    // stx_mode (linux/stat.h): S_IFMT and its values, 0111.
    private const int TypeMask = 0xf000;
    private const int SocketType = 0xc000;
    private const int SymlinkType = 0xa000;
    private const int FileType = 0x8000;
    private const int BlockDeviceType = 0x6000;
    private const int DirectoryType = 0x4000;
    private const int CharacterDeviceType = 0x2000;
    private const int ExecuteBits = 0x49;

    public bool IsFile => (Mode & TypeMask) == FileType;

    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public bool IsSymlink => (Mode & TypeMask) == SymlinkType;

    public bool IsExecutable => (Mode & ExecuteBits) != 0;

    /// <summary>The type in words, for a file that REAPI cannot express.</summary>
    public string TypeName => (Mode & TypeMask) switch
    {
        SocketType => "a socket",
        BlockDeviceType => "a block device",
        CharacterDeviceType => "a character device",
        _ => "a FIFO",
    };

    /// <summary>Whether nobody can have written to the file without setting its times: all is the same, but perhaps the
    /// permissions and what a link, a rename or a chmod elsewhere stamps.</summary>
    public bool MayHaveTheBytesOf(in FileIdentity other) =>
        (Inode, Size, ModifiedSeconds, ModifiedNanoseconds, IsExecutable, Mode & TypeMask)
        == (other.Inode, other.Size, other.ModifiedSeconds, other.ModifiedNanoseconds, other.IsExecutable, other.Mode & TypeMask);

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
