using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>copy_file_range(2). EINTR is retried: nothing was copied then.</summary>
    /// <returns>Bytes copied, which may be fewer than given, 0 at the source's end, or a negative errno.</returns>
    public static nint CopyFileRange(SafeHandle source, long sourceOffset, SafeHandle target, long targetOffset, nuint length)
    {
        while (true)
        {
            nint result = copy_file_range(source, ref sourceOffset, target, ref targetOffset, length, 0);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(SafeHandle source, ref long sourceOffset, SafeHandle target, ref long targetOffset, nuint length, uint flags);
}
