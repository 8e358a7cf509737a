using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const uint CLOSE_RANGE_CLOEXEC = 4;

    /// <summary>close_range(2) with CLOSE_RANGE_CLOEXEC: no program executed from now on inherits these. EINTR cannot happen.</summary>
    /// <param name="first">The first descriptor.</param>
    /// <param name="last">The last one; may be beyond all that are open.</param>
    /// <returns>0 or a negative errno; -EINVAL and -ENOSYS before Linux 5.11.</returns>
    public static int CloseRangeOnExec(uint first, uint last) =>
        close_range(first, last, CLOSE_RANGE_CLOEXEC) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close_range(uint first, uint last, uint flags);
}
