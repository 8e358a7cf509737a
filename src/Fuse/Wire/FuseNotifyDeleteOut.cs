using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_delete_out</c>: notification DELETE; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseNotifyDeleteOut
{
    /// <summary>The directory.</summary>
    public ulong Parent;

    /// <summary>The node that the name led to.</summary>
    public ulong Child;

    /// <summary>Length of the name in bytes, without the NUL.</summary>
    public uint NameLen;

    /// <summary>Padding; zero.</summary>
    public uint Padding;
}
