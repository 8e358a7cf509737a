namespace VirtualRoot.Fuse.Wire;

/// <summary><c>enum fuse_notify_code</c>, without the prefix <c>FUSE_NOTIFY_</c>.</summary>
public enum FuseNotifyCode
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    POLL = 1,
    INVAL_INODE = 2,
    INVAL_ENTRY = 3,
    STORE = 4,
    RETRIEVE = 5,
    DELETE = 6,
    RESEND = 7,
    INC_EPOCH = 8,
    PRUNE = 9,
#pragma warning restore CS1591
}
