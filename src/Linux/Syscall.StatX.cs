using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const int AT_EMPTY_PATH = 0x1000;

    /// <summary>statx(2) of <paramref name="path"/> below <paramref name="directory"/>; links are not followed. EINTR does not happen.</summary>
    /// <param name="directory">Where the path starts; with an empty path (a lone NUL) the file itself.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="mask">Which fields are wanted; the kernel says in <see cref="StatXBuffer.Mask"/> which it filled.</param>
    /// <param name="buffer">The answer.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int StatX(SafeHandle directory, ReadOnlySpan<byte> path, StatXMask mask, out StatXBuffer buffer)
    {
        RequireTerminator(path);
        return statx(directory, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, (uint)mask, out buffer) < 0
            ? -Marshal.GetLastPInvokeError()
            : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(SafeHandle directory, ReadOnlySpan<byte> path, int flags, uint mask, out StatXBuffer buffer);
}
