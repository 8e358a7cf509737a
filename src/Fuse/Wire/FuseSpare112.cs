using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>uint64_t __spare2[14]</c> of <c>fuse_statx</c>: reserved, zero.</summary>
[InlineArray(14)]
[StructLayout(LayoutKind.Sequential)]
internal struct FuseSpare112
{
    private ulong _element;
}
