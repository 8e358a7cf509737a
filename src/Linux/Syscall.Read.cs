using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>read(2). EINTR is retried.</summary>
    /// <returns>The number of bytes, 0 at the end, or a negative errno (EAGAIN where O_NONBLOCK would have had to wait).</returns>
    public static int Read(SafeHandle file, Span<byte> buffer)
    {
        while (true)
        {
            nint result = read(file, buffer, (nuint)buffer.Length);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : (int)result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeHandle file, Span<byte> buffer, nuint length);
}
