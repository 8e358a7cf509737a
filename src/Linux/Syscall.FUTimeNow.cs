using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const long UTIME_NOW = 0x3fffffff;

    /// <summary>futimens(3) with UTIME_NOW for both times. It is never interrupted.</summary>
    /// <returns>0 or a negative errno (EPERM, EACCES when the file is another user's).</returns>
    public static int FUTimeNow(SafeHandle file)
    {
        // Two struct timespec (access, modification): tv_sec, tv_nsec; 16 bytes each on 64-bit machines.
        ReadOnlySpan<long> times = [0, UTIME_NOW, 0, UTIME_NOW];
        return futimens(file, times) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int futimens(SafeHandle file, ReadOnlySpan<long> times);
}
