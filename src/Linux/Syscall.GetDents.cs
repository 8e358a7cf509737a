using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>getdents64(2). Entries are <c>struct linux_dirent64</c>: u64 inode, s64 offset, u16 length of the entry,
    /// u8 type (DT_*), the name and a NUL. It is never interrupted.</summary>
    /// <returns>The number of bytes, 0 at the end, or a negative errno.</returns>
    public static int GetDents(SafeHandle directory, Span<byte> entries)
    {
        nint result = getdents64(directory, entries, (nuint)entries.Length);
        return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(SafeHandle directory, Span<byte> entries, nuint length);
}
