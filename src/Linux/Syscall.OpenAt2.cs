using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const nint SYS_openat2 = 437;

    /// <summary>openat2(2), Linux 5.6: opens what is there, by a walk that <paramref name="resolve"/> binds. EINTR and EAGAIN (a
    /// rename raced with the walk) are retried.</summary>
    /// <param name="directory">Where <paramref name="path"/> starts.</param>
    /// <param name="path">Bytes that end in NUL.</param>
    /// <param name="flags"><see cref="OpenFlags"/> without O_CREAT; O_CLOEXEC is always added.</param>
    /// <param name="resolve">What the walk may not do.</param>
    /// <returns>The descriptor, which the caller owns, or a negative errno.</returns>
    public static int OpenAt2(SafeHandle directory, ReadOnlySpan<byte> path, OpenFlags flags, ResolveFlags resolve)
    {
        RequireTerminator(path);
        OpenHow how = new(flags | OpenFlags.O_CLOEXEC, resolve);
        while (true)
        {
            nint result = syscall_openat2(SYS_openat2, directory, path, in how, Unsafe.SizeOf<OpenHow>());
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error is not ((int)Errno.EINTR or (int)Errno.EAGAIN))
            {
                return result < 0 ? -error : (int)result;
            }
        }
    }

    // By number: the C library has no function of this name.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall_openat2(nint number, SafeHandle directory, ReadOnlySpan<byte> path, in OpenHow how, nint size);
}
