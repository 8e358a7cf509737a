using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>System calls: one in a file, each answering a result that is not negative, or a negative errno.</summary>
public static partial class Syscall
{
    /// <summary>openat(2). EINTR is retried: only a slow device or a FIFO can be interrupted here, and nobody wants half an open.</summary>
    /// <param name="directory">The directory that a relative path starts from.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="flags"><see cref="OpenFlags"/>; O_CLOEXEC is always added.</param>
    /// <param name="mode">The mode of a file that this call creates, before the umask.</param>
    /// <returns>The descriptor, which the caller owns, or a negative errno.</returns>
    public static int OpenAt(SafeHandle directory, ReadOnlySpan<byte> path, OpenFlags flags, uint mode = 0)
    {
        RequireTerminator(path);
        while (true)
        {
            int result = openat(directory, path, (int)(flags | OpenFlags.O_CLOEXEC), mode);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    private static void RequireTerminator(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[^1] != 0)
        {
            throw new ArgumentException("a path for the kernel ends in NUL", nameof(path));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(SafeHandle directory, ReadOnlySpan<byte> path, int flags, uint mode);
}
