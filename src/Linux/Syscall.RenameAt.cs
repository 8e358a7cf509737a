using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>renameat(2): replaces the new name atomically. It is never interrupted.</summary>
    /// <param name="oldDirectory">Where <paramref name="oldPath"/> starts.</param>
    /// <param name="oldPath">Bytes that end in NUL.</param>
    /// <param name="newDirectory">Where <paramref name="newPath"/> starts; the same file system.</param>
    /// <param name="newPath">Bytes that end in NUL.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int RenameAt(SafeHandle oldDirectory, ReadOnlySpan<byte> oldPath, SafeHandle newDirectory, ReadOnlySpan<byte> newPath)
    {
        RequireTerminator(oldPath);
        RequireTerminator(newPath);
        return renameat(oldDirectory, oldPath, newDirectory, newPath) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat(SafeHandle oldDirectory, ReadOnlySpan<byte> oldPath, SafeHandle newDirectory, ReadOnlySpan<byte> newPath);
}
