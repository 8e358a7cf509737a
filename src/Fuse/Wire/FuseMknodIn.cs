using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_mknod_in</c>: request MKNOD; the name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseMknodIn
{
    /// <summary>File type and permissions, umask already taken off.</summary>
    public uint Mode { get; init; }

    /// <summary>Device number.</summary>
    public uint Rdev { get; init; }

    /// <summary>The caller's umask.</summary>
    public uint Umask { get; init; }

    /// <summary>Padding; zero.</summary>
    public uint Padding { get; init; }
}
