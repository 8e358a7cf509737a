using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>fallocate(2). EINTR is retried.</summary>
    /// <param name="file">A file open for writing.</param>
    /// <param name="mode">FALLOC_FL_*; 0 extends the file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int Fallocate(SafeHandle file, int mode, long offset, long length)
    {
        while (true)
        {
            int result = fallocate(file, mode, offset, length);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeHandle file, int mode, long offset, long length);
}
