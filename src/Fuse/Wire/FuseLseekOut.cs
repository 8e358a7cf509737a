using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_lseek_out</c>: answer of LSEEK.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseLseekOut
{
    /// <summary>The position found.</summary>
    public ulong Offset;
}
