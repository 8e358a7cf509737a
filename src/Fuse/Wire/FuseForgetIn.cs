using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_forget_in</c>: request FORGET.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseForgetIn
{
    /// <summary>References dropped.</summary>
    public ulong Nlookup { get; init; }
}
