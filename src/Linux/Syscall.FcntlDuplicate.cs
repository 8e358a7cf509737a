using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int F_DUPFD_CLOEXEC = 1030;

    /// <summary>fcntl(2) with F_DUPFD_CLOEXEC: another descriptor of the same open file. EINTR cannot happen.</summary>
    /// <param name="file">What to duplicate; it stays open.</param>
    /// <param name="lowest">The new descriptor's number is at least this.</param>
    /// <param name="duplicate">The new descriptor, which the caller owns; invalid after an error.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int FcntlDuplicate(SafeHandle file, int lowest, out SafeFileHandle duplicate)
    {
        int result = fcntl_duplicate(file, F_DUPFD_CLOEXEC, lowest);
        int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        duplicate = new SafeFileHandle(result, ownsHandle: true);
        return -error;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int fcntl_duplicate(SafeHandle file, int command, int lowest);
}
