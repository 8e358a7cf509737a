using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const nint SYS_pidfd_send_signal = 424;

    /// <summary>pidfd_send_signal(2), Linux 5.1. EINTR cannot happen.</summary>
    /// <param name="process">What <see cref="PidfdOpen"/> answered: no other process can be hit.</param>
    /// <param name="signal">1 to 64.</param>
    /// <returns>0 or a negative errno; -ESRCH when the process has ended.</returns>
    public static int PidfdSendSignal(SafeHandle process, int signal) =>
        syscall_pidfd_send_signal(SYS_pidfd_send_signal, process, signal, 0, 0) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall_pidfd_send_signal(nint number, SafeHandle process, nint signal, nint info, nint flags);
}
