using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_dirent</c>: head of an entry of READDIR; the name follows, padded to 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseDirent
{
    /// <summary>Inode number.</summary>
    public ulong Ino;

    /// <summary>The offset that continues after this entry.</summary>
    public ulong Off;

    /// <summary>Length of the name in bytes.</summary>
    public uint NameLen;

    /// <summary>DT_*: file type (mode &gt;&gt; 12).</summary>
    public uint Type;
}
