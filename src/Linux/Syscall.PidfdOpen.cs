using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const nint SYS_pidfd_open = 434;
    private const nint PIDFD_THREAD = 0x80; // O_EXCL

    /// <summary>pidfd_open(2), Linux 5.3: a descriptor that stays this process, and that polls readable at its end. EINTR cannot happen.</summary>
    /// <param name="pid">A child that has not been waited for, so that the number cannot be another's.</param>
    /// <param name="process">The descriptor, close-on-exec, which the caller owns; invalid after an error.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int PidfdOpen(int pid, out SafeFileHandle process) => OpenPidfd(pid, 0, out process);

    /// <summary>The same for any thread (PIDFD_THREAD), Linux 6.9; EINVAL before. Where pidfs is (<see cref="StatFsBuffer.Type"/>
    /// tells), the descriptor's inode number is this thread's alone for as long as the machine runs.</summary>
    /// <param name="tid">The thread's number; it may be another's by now.</param>
    /// <param name="thread">The descriptor, close-on-exec, which the caller owns; invalid after an error.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int PidfdOpenThread(int tid, out SafeFileHandle thread) => OpenPidfd(tid, PIDFD_THREAD, out thread);

    private static int OpenPidfd(int pid, nint flags, out SafeFileHandle process)
    {
        nint result = syscall_pidfd_open(SYS_pidfd_open, pid, flags);
        int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        process = new SafeFileHandle(result, ownsHandle: true);
        return -error;
    }

    // By number: the C library has a function of this name only since glibc 2.36.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall_pidfd_open(nint number, nint pid, nint flags);
}
