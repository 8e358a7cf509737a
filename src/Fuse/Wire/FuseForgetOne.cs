using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_forget_one</c>: one element of BATCH_FORGET.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseForgetOne
{
    /// <summary>The node.</summary>
    public ulong NodeId { get; init; }

    /// <summary>References dropped.</summary>
    public ulong Nlookup { get; init; }
}
