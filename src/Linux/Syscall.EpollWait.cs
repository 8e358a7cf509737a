using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>epoll_wait(2). EINTR is retried with the whole time again.</summary>
    /// <param name="epoll">The epoll descriptor.</param>
    /// <param name="events">Receives events of <see cref="EpollEvent.Size"/> bytes each.</param>
    /// <param name="milliseconds">How long to wait; -1 without end.</param>
    /// <returns>The number of events, or a negative errno.</returns>
    public static int EpollWait(SafeHandle epoll, Span<byte> events, int milliseconds)
    {
        while (true)
        {
            int result = epoll_wait(epoll, events, events.Length / EpollEvent.Size, milliseconds);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeHandle epoll, Span<byte> events, int capacity, int milliseconds);
}
