using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;

    /// <summary>eventfd(2) with a counter of 0, EFD_CLOEXEC and EFD_NONBLOCK.</summary>
    /// <returns>The descriptor, which the caller owns, or a negative errno.</returns>
    public static int EventFd()
    {
        int result = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);
}
