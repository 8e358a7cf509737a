using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>open(2) of a path. EINTR is retried: nobody wants half an open.</summary>
    /// <param name="path">The path.</param>
    /// <param name="flags"><see cref="OpenFlags"/>; O_CLOEXEC is always added.</param>
    /// <param name="mode">The mode of a file that this call creates, before the umask.</param>
    /// <returns>The descriptor, which the caller owns, or a negative errno.</returns>
    public static int Open(string path, OpenFlags flags, uint mode = 0)
    {
        while (true)
        {
            int result = open(path, (int)(flags | OpenFlags.O_CLOEXEC), mode);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
}
