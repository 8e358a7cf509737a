using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>pwrite(2). EINTR is retried: nothing was written then.</summary>
    /// <returns>Bytes written, which may be fewer than given, or a negative errno.</returns>
    public static nint PWrite(SafeHandle file, ReadOnlySpan<byte> buffer, long offset)
    {
        while (true)
        {
            nint result = pwrite(file, buffer, (nuint)buffer.Length, offset);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(SafeHandle file, ReadOnlySpan<byte> buffer, nuint count, long offset);
}
