using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_create_in</c>: request CREATE and TMPFILE; the name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseCreateIn
{
    /// <summary>O_* of open(2).</summary>
    public uint Flags { get; init; }

    /// <summary>File type and permissions, umask already taken off.</summary>
    public uint Mode { get; init; }

    /// <summary>The caller's umask.</summary>
    public uint Umask { get; init; }

    /// <summary>FUSE_OPEN_KILL_SUIDGID is 1 (7.33).</summary>
    public uint OpenFlags { get; init; }
}
