using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_batch_forget_in</c>: request BATCH_FORGET; that many <see cref="FuseForgetOne"/> follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseBatchForgetIn
{
    /// <summary>Number of elements.</summary>
    public uint Count { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Dummy { get; init; }
}
