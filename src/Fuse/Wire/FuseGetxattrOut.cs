using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_getxattr_out</c>: answer of GETXATTR and LISTXATTR that were asked for the length.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseGetxattrOut
{
    /// <summary>Length in bytes.</summary>
    public uint Size;

    /// <summary>Padding; zero.</summary>
    public uint Padding;
}
