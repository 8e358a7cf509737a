using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_statx_in</c>: request STATX (7.39).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseStatxIn
{
    /// <summary>FUSE_GETATTR_FH (1): <see cref="Fh"/> counts.</summary>
    public uint GetAttrFlags { get; init; }

    /// <summary>Reserved.</summary>
    public uint Reserved { get; init; }

    /// <summary>An open handle of the node, if the caller has one.</summary>
    public ulong Fh { get; init; }

    /// <summary>AT_STATX_*.</summary>
    public uint SxFlags { get; init; }

    /// <summary>STATX_*: the fields asked for.</summary>
    public uint SxMask { get; init; }
}
