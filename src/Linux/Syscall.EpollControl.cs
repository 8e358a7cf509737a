using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>epoll_ctl(2).</summary>
    /// <returns>0 or a negative errno; EPERM for a file that is always ready and cannot be waited for.</returns>
    public static int EpollControl(SafeHandle epoll, EpollOperation operation, SafeHandle file, EpollEvent wanted)
    {
        Span<byte> buffer = stackalloc byte[EpollEvent.Size];
        wanted.WriteTo(buffer);
        return epoll_ctl(epoll, (int)operation, file, buffer) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeHandle epoll, int operation, SafeHandle file, ReadOnlySpan<byte> wanted);
}
