using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_getattr_in</c>: request GETATTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseGetAttrIn
{
    /// <summary>FUSE_GETATTR_FH (1): <see cref="Fh"/> counts.</summary>
    public uint GetAttrFlags { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Dummy { get; init; }

    /// <summary>An open handle of the node, if the caller has one.</summary>
    public ulong Fh { get; init; }
}
