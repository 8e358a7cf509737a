using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>pipe2(2). EINTR cannot happen.</summary>
    /// <param name="flags">O_NONBLOCK or nothing; O_CLOEXEC is always added.</param>
    /// <param name="readEnd">The reading end, which the caller owns; invalid after an error.</param>
    /// <param name="writeEnd">The writing end, which the caller owns; invalid after an error.</param>
    /// <returns>0 or a negative errno.</returns>
    public static unsafe int Pipe2(OpenFlags flags, out SafeFileHandle readEnd, out SafeFileHandle writeEnd)
    {
        int* ends = stackalloc int[2] { -1, -1 };
        int error = pipe2(ends, (int)(flags | OpenFlags.O_CLOEXEC)) < 0 ? Marshal.GetLastPInvokeError() : 0;
        readEnd = new SafeFileHandle(ends[0], ownsHandle: true);
        writeEnd = new SafeFileHandle(ends[1], ownsHandle: true);
        return -error;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int pipe2(int* ends, int flags);
}
