using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>readlinkat(2): the text of a symbolic link, which is not followed. It is never interrupted.</summary>
    /// <param name="directory">Where <paramref name="path"/> starts.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="target">Receives the text, without a NUL; a longer text is cut to its length.</param>
    /// <returns>The number of bytes, or a negative errno.</returns>
    public static int ReadLinkAt(SafeHandle directory, ReadOnlySpan<byte> path, Span<byte> target)
    {
        RequireTerminator(path);
        nint result = readlinkat(directory, path, target, (nuint)target.Length);
        return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlinkat(SafeHandle directory, ReadOnlySpan<byte> path, Span<byte> target, nuint length);
}
