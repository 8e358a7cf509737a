using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>wait4(2) for one child. EINTR is retried: the callers wait for a child that has ended, or is about to.</summary>
    /// <param name="pid">The child.</param>
    /// <param name="status">As <c>sys/wait.h</c> reads it: the signal in bits 0 to 6, 0x80 for a core dump, the exit code in bits 8 to 15.</param>
    /// <param name="usage">What the child and the children that it waited for have used.</param>
    /// <returns>The child's pid, or a negative errno.</returns>
    public static int Wait4(int pid, out int status, out KernelResourceUsage usage)
    {
        while (true)
        {
            int result = wait4(pid, out status, 0, out usage);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int wait4(int pid, out int status, int options, out KernelResourceUsage usage);
}
