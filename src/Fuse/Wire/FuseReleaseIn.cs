using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_release_in</c>: request RELEASE and RELEASEDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FuseReleaseIn
{
    /// <summary>The handle that OPEN, OPENDIR or CREATE answered.</summary>
    public ulong Fh { get; init; }

    /// <summary>O_* of the open.</summary>
    public uint Flags { get; init; }

    /// <summary>FUSE_RELEASE_FLUSH (1), FUSE_RELEASE_FLOCK_UNLOCK (2).</summary>
    public uint ReleaseFlags { get; init; }

    /// <summary>The lock owner: an opaque value that stands for the owner's open-file table.</summary>
    public ulong LockOwner { get; init; }
}
