using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const uint MFD_CLOEXEC = 1;

    /// <summary>memfd_create(2) with MFD_CLOEXEC: an empty file in memory. EINTR cannot happen.</summary>
    /// <param name="name">For /proc/self/fd alone; ends in NUL.</param>
    /// <param name="file">The file, which the caller owns; invalid after an error.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int MemfdCreate(ReadOnlySpan<byte> name, out SafeFileHandle file)
    {
        RequireTerminator(name);
        int result = memfd_create(name, MFD_CLOEXEC);
        int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        file = new SafeFileHandle(result, ownsHandle: true);
        return -error;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int memfd_create(ReadOnlySpan<byte> name, uint flags);
}
