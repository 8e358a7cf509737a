using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>write(2). EINTR is retried.</summary>
    /// <returns>The number of bytes, perhaps fewer than given, or a negative errno (EAGAIN where O_NONBLOCK would have had to wait).</returns>
    public static int Write(SafeHandle file, ReadOnlySpan<byte> data)
    {
        while (true)
        {
            nint result = write(file, data, (nuint)data.Length);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : (int)result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeHandle file, ReadOnlySpan<byte> data, nuint length);
}
