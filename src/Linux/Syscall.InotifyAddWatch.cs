using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>IN_OPEN: the file was opened, but not with O_PATH.</summary>
    public const uint IN_OPEN = 0x20;

    /// <summary>inotify_add_watch(2).</summary>
    /// <param name="inotify">The inotify descriptor.</param>
    /// <param name="path">Bytes that end in NUL; links are followed.</param>
    /// <param name="events">What to tell.</param>
    /// <returns>The watch's number, not negative, or a negative errno; ENOSPC at fs.inotify.max_user_watches.</returns>
    public static int InotifyAddWatch(SafeHandle inotify, ReadOnlySpan<byte> path, uint events)
    {
        RequireTerminator(path);
        int result = inotify_add_watch(inotify, path, events);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_add_watch(SafeHandle inotify, ReadOnlySpan<byte> path, uint events);
}
