namespace VirtualRoot.Linux;

/// <summary>Operations of epoll_ctl(2), under their own names.</summary>
public enum EpollOperation
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    EPOLL_CTL_ADD = 1,
    EPOLL_CTL_DEL = 2,
    EPOLL_CTL_MOD = 3,
#pragma warning restore CS1591
}
