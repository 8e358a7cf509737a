using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>utimensat(2) of a path below <paramref name="directory"/>; links are not followed. EINTR does not happen.</summary>
    /// <param name="directory">Where the path starts.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="accessTime">Time of the last access.</param>
    /// <param name="modificationTime">Time of the last change.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int Utimensat(SafeHandle directory, ReadOnlySpan<byte> path, TimeSpec accessTime, TimeSpec modificationTime)
    {
        RequireTerminator(path);
        return utimensat(directory, path, [accessTime, modificationTime], AT_SYMLINK_NOFOLLOW) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(SafeHandle directory, ReadOnlySpan<byte> path, ReadOnlySpan<TimeSpec> times, int flags);
}
