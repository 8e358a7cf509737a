using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_flush_in</c>: request FLUSH.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseFlushIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>Reserved.</summary>
    public uint Unused { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }

    /// <summary>The lock owner: an opaque value that stands for the owner's open-file table.</summary>
    public ulong LockOwner { get; init; }
}
