using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_store_out</c>: notification STORE; the data follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseNotifyStoreOut
{
    /// <summary>The node.</summary>
    public ulong NodeId;

    /// <summary>Where the data belong.</summary>
    public ulong Offset;

    /// <summary>Bytes of data.</summary>
    public uint Size;

    /// <summary>Padding; zero.</summary>
    public uint Padding;
}
