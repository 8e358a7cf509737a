using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_statfs_out</c>: answer of STATFS.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseStatfsOut
{
    /// <summary>The figures.</summary>
    public FuseKstatfs St;
}
