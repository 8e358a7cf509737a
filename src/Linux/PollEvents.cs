namespace VirtualRoot.Linux;

/// <summary>What poll(2) waits for and tells (<c>asm-generic/poll.h</c>).</summary>
[Flags]
public enum PollEvents : short
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    None = 0,
    POLLIN = 0x1,
    POLLPRI = 0x2,
    POLLOUT = 0x4,
    POLLERR = 0x8,
    POLLHUP = 0x10,
    POLLNVAL = 0x20,
#pragma warning restore CS1591
}
