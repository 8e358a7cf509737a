using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_open_out</c>: answer of OPEN and OPENDIR, and second part of CREATE's.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseOpenOut
{
    /// <summary>The file system's handle, which later requests carry.</summary>
    public ulong Fh;

    /// <summary>How the kernel treats this open file.</summary>
    public FuseOpenFlags OpenFlags;

    /// <summary>Backing file of a passthrough open (7.40); 0 otherwise.</summary>
    public int BackingId;
}
