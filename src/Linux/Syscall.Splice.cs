using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const uint SPLICE_F_NONBLOCK = 2;

    /// <summary>splice(2) from one pipe into another, without waiting for either. EINTR is retried: nothing was moved then.</summary>
    /// <returns>Bytes moved, 0 when the source is empty and nobody can write to it, or a negative errno: EAGAIN where it would
    /// have had to wait, EPIPE when nobody reads the target.</returns>
    public static nint Splice(SafeHandle source, SafeHandle target, nuint length)
    {
        while (true)
        {
            nint result = splice(source, 0, target, 0, length, SPLICE_F_NONBLOCK);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(SafeHandle source, nint sourceOffset, SafeHandle target, nint targetOffset, nuint length, uint flags);
}
