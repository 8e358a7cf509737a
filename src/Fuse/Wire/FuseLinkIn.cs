using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_link_in</c>: request LINK; the new name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseLinkIn
{
    /// <summary>The node that gets another name.</summary>
    public ulong OldNodeId { get; init; }
}
