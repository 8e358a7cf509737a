using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct open_how</c> of openat2(2): 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OpenHow(OpenFlags flags, ResolveFlags resolve)
{
    public readonly ulong Flags = (ulong)flags;
    public readonly ulong Mode;
    public readonly ulong Resolve = (ulong)resolve;
}
