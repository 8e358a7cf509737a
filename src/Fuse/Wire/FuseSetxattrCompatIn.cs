using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_setxattr_in, FUSE_COMPAT_SETXATTR_IN_SIZE</c>: request SETXATTR where SETXATTR_EXT was not negotiated; name and value follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseSetxattrCompatIn
{
    /// <summary>Length of the value in bytes.</summary>
    public uint Size { get; init; }

    /// <summary>XATTR_CREATE (1) or XATTR_REPLACE (2).</summary>
    public uint Flags { get; init; }
}
