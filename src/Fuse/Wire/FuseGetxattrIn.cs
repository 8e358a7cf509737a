using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_getxattr_in</c>: request GETXATTR (the name follows) and LISTXATTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseGetxattrIn
{
    /// <summary>Bytes that the caller has room for; 0 asks for the length.</summary>
    public uint Size { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
