using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_mkdir_in</c>: request MKDIR; the name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseMkdirIn
{
    /// <summary>Permissions, umask already taken off.</summary>
    public uint Mode { get; init; }

    /// <summary>The caller's umask.</summary>
    public uint Umask { get; init; }
}
