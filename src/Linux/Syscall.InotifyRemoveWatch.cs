using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>inotify_rm_watch(2).</summary>
    /// <returns>0 or a negative errno; EINVAL for a watch that is gone already, as after an unmount.</returns>
    public static int InotifyRemoveWatch(SafeHandle inotify, int watch) =>
        inotify_rm_watch(inotify, watch) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_rm_watch(SafeHandle inotify, int watch);
}
