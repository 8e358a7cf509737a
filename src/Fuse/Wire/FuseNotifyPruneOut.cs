using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_notify_prune_out</c>: notification PRUNE (7.45); node ids of 8 bytes each follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseNotifyPruneOut
{
    /// <summary>Number of node ids.</summary>
    public uint Count;

    /// <summary>Padding; zero.</summary>
    public uint Padding;

    /// <summary>Reserved; zero.</summary>
    public ulong Spare;
}
