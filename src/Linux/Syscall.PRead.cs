using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>pread(2). EINTR is retried.</summary>
    /// <returns>The number of bytes, 0 at the end, or a negative errno.</returns>
    public static int PRead(SafeHandle file, Span<byte> buffer, long offset)
    {
        while (true)
        {
            nint result = pread(file, buffer, (nuint)buffer.Length, offset);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : (int)result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(SafeHandle file, Span<byte> buffer, nuint length, long offset);
}
