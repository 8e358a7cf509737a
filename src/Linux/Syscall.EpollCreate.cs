using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int EPOLL_CLOEXEC = 0x80000;

    /// <summary>epoll_create1(2) with EPOLL_CLOEXEC.</summary>
    /// <returns>The descriptor, which the caller owns, or a negative errno.</returns>
    public static int EpollCreate()
    {
        int result = epoll_create1(EPOLL_CLOEXEC);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);
}
