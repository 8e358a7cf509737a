using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_inval_entry_out</c>: notification INVAL_ENTRY; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseNotifyInvalEntryOut
{
    /// <summary>The directory.</summary>
    public ulong Parent;

    /// <summary>Length of the name in bytes, without the NUL.</summary>
    public uint NameLen;

    /// <summary>FUSE_EXPIRE_ONLY is 1 (7.38).</summary>
    public uint Flags;
}
