using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>lseek(2). EINTR does not happen.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where to.</param>
    /// <param name="whence">SEEK_SET 0, SEEK_CUR 1, SEEK_END 2, SEEK_DATA 3, SEEK_HOLE 4.</param>
    /// <returns>The position, or a negative errno; -ENXIO if there is no data or hole from there on.</returns>
    public static long Lseek(SafeHandle file, long offset, int whence)
    {
        long result = lseek(file, offset, whence);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeHandle file, long offset, int whence);
}
