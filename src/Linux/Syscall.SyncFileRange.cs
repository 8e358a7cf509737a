using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const uint SYNC_FILE_RANGE_WRITE = 2;

    /// <summary>sync_file_range(2) with SYNC_FILE_RANGE_WRITE over the whole file: its dirty pages begin to be written, and
    /// nothing is waited for. It promises nothing: an fsync(2) that follows does, and finds less to do.</summary>
    /// <returns>0 or a negative errno.</returns>
    public static int SyncFileRange(SafeHandle file) => sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sync_file_range(SafeHandle file, long offset, long length, uint flags);
}
