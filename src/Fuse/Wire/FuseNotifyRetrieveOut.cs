using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_retrieve_out</c>: notification RETRIEVE, which makes the kernel queue a NOTIFY_REPLY.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseNotifyRetrieveOut
{
    /// <summary>The unique value that the NOTIFY_REPLY will carry.</summary>
    public ulong NotifyUnique;

    /// <summary>The node.</summary>
    public ulong NodeId;

    /// <summary>First byte wanted.</summary>
    public ulong Offset;

    /// <summary>Bytes wanted.</summary>
    public uint Size;

    /// <summary>Padding; zero.</summary>
    public uint Padding;
}
