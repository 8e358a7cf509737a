using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_interrupt_in</c>: request INTERRUPT.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseInterruptIn
{
    /// <summary>The request that its caller no longer waits for.</summary>
    public ulong Unique { get; init; }
}
