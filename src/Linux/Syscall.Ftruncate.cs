using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>ftruncate(2). EINTR is retried.</summary>
    /// <returns>0 or a negative errno.</returns>
    public static int Ftruncate(SafeHandle file, long length)
    {
        while (true)
        {
            int result = ftruncate(file, length);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeHandle file, long length);
}
