using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int AT_STATX_DONT_SYNC = 0x4000;

    /// <summary>statx(2) with AT_STATX_DONT_SYNC: answered from what the kernel holds, so that a file of a FUSE mount (of
    /// our own, at worst) sends no request. Links are not followed.</summary>
    /// <param name="directory">Where the path starts; with an empty path (a lone NUL) the file itself.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="mask">Which fields are wanted.</param>
    /// <param name="buffer">The answer.</param>
    /// <returns>0 or a negative errno.</returns>
    public static int StatXCached(SafeHandle directory, ReadOnlySpan<byte> path, StatXMask mask, out StatXBuffer buffer)
    {
        RequireTerminator(path);
        return statx(directory, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC, (uint)mask, out buffer) < 0
            ? -Marshal.GetLastPInvokeError()
            : 0;
    }
}
