using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_setxattr_in</c>: request SETXATTR where SETXATTR_EXT was negotiated; name and value follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseSetxattrIn
{
    /// <summary>Length of the value in bytes.</summary>
    public uint Size { get; init; }

    /// <summary>XATTR_CREATE (1) or XATTR_REPLACE (2).</summary>
    public uint Flags { get; init; }

    /// <summary>FUSE_SETXATTR_ACL_KILL_SGID is 1 (7.33).</summary>
    public uint SetxattrFlags { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
