using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const long UTIME_NOW = 0x3fffffff;

    /// <summary>utimensat(2) with UTIME_NOW for both times; links are not followed. It is never interrupted.</summary>
    /// <param name="directory">Where <paramref name="path"/> starts.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <returns>0 or a negative errno (EPERM, EACCES when the file is another user's).</returns>
    public static int UTimeNowAt(SafeHandle directory, ReadOnlySpan<byte> path)
    {
        RequireTerminator(path);

        // Two struct timespec (access, modification): tv_sec, tv_nsec; 16 bytes each on 64-bit machines.
        ReadOnlySpan<long> times = [0, UTIME_NOW, 0, UTIME_NOW];
        return utimensat(directory, path, times, AT_SYMLINK_NOFOLLOW) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(SafeHandle directory, ReadOnlySpan<byte> path, ReadOnlySpan<long> times, int flags);
}
