using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_read_in</c>: request READ, READDIR and READDIRPLUS.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseReadIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>First byte wanted; for a directory the offset that the last entry carried, 0 at the start.</summary>
    public ulong Offset { get; init; }

    /// <summary>Bytes wanted at most.</summary>
    public uint Size { get; init; }

    /// <summary>FUSE_READ_LOCKOWNER (2): <see cref="LockOwner"/> counts.</summary>
    public uint ReadFlags { get; init; }

    /// <summary>The lock owner: an opaque value that stands for the owner's open-file table.</summary>
    public ulong LockOwner { get; init; }

    /// <summary>O_* of the open.</summary>
    public uint Flags { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
