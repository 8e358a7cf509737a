using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int AT_REMOVEDIR = 0x200;

    /// <summary>unlinkat(2). It is never interrupted.</summary>
    /// <param name="directory">Where <paramref name="path"/> starts.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="removeDirectory">AT_REMOVEDIR: an empty directory instead of a file.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int UnlinkAt(SafeHandle directory, ReadOnlySpan<byte> path, bool removeDirectory = false)
    {
        RequireTerminator(path);
        return unlinkat(directory, path, removeDirectory ? AT_REMOVEDIR : 0) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(SafeHandle directory, ReadOnlySpan<byte> path, int flags);
}
