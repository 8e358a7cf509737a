namespace VirtualRoot.Linux;

/// <summary>Events of epoll(7) (<c>sys/epoll.h</c>), under their own names.</summary>
[Flags]
public enum EpollEvents : uint
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    EPOLLIN = 0x1,
    EPOLLOUT = 0x4,
    EPOLLERR = 0x8,
    EPOLLHUP = 0x10,
    EPOLLRDHUP = 0x2000,
    EPOLLONESHOT = 0x40000000,
    EPOLLET = 0x80000000,
#pragma warning restore CS1591
}
