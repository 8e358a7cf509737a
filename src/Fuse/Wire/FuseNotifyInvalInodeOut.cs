using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_inval_inode_out</c>: notification INVAL_INODE.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseNotifyInvalInodeOut
{
    /// <summary>The node.</summary>
    public ulong Ino;

    /// <summary>First byte to drop; negative drops attributes alone.</summary>
    public long Off;

    /// <summary>Bytes to drop; 0 or less means to the end.</summary>
    public long Len;
}
