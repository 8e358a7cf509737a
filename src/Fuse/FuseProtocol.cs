namespace VirtualRoot.Fuse;

/// <summary>Constants of the FUSE kernel protocol (<c>include/uapi/linux/fuse.h</c>).</summary>
public static class FuseProtocol
{
    /// <summary><c>FUSE_KERNEL_VERSION</c>.</summary>
    public const int Major = 7;

    /// <summary>The oldest minor spoken: Linux 5.4.</summary>
    public const int OldestMinor = 31;

    /// <summary>The newest minor spoken: Linux 6.18.</summary>
    public const int NewestMinor = 45;

    /// <summary><c>FUSE_ROOT_ID</c>: the node id of the mount's root.</summary>
    public const ulong RootNodeId = 1;

    /// <summary><c>FUSE_MIN_READ_BUFFER</c>: the smallest buffer that a device read accepts, in bytes.</summary>
    internal const int MinReadBuffer = 8192;

    /// <summary><c>FUSE_UNIQUE_RESEND</c>: set in the unique value of a request that is sent again.</summary>
    internal const ulong UniqueResend = 1UL << 63;
}
