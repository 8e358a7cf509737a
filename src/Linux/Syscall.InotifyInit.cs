using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int IN_CLOEXEC = 0x80000;
    private const int IN_NONBLOCK = 0x800;

    /// <summary>inotify_init1(2) with IN_CLOEXEC and IN_NONBLOCK.</summary>
    /// <returns>The descriptor, which the caller owns, or a negative errno; EMFILE at fs.inotify.max_user_instances.</returns>
    public static int InotifyInit()
    {
        int result = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);
}
