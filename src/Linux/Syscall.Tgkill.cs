using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>tgkill(2): a signal to one thread of a process.</summary>
    /// <returns>0 or a negative errno; -ESRCH if there is no such thread any more.</returns>
    public static int Tgkill(int processId, int threadId, int signal) =>
        tgkill(processId, threadId, signal) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tgkill(int processId, int threadId, int signal);
}
