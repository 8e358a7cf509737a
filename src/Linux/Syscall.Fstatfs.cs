using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>fstatfs(2). EINTR is retried.</summary>
    /// <returns>0 or a negative errno.</returns>
    public static int Fstatfs(SafeHandle file, out StatFsBuffer buffer)
    {
        while (true)
        {
            int error = fstatfs(file, out buffer) < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return -error;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(SafeHandle file, out StatFsBuffer buffer);
}
