using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>dup3(2) without flags: <paramref name="target"/> becomes another name of <paramref name="source"/>, inherited by children.</summary>
    /// <param name="source">An open descriptor.</param>
    /// <param name="target">The number to replace: 0 to 2, which no SafeHandle owns.</param>
    /// <returns>The number, or a negative errno. EINTR is retried: a race with open(2), says the manual.</returns>
    public static int Dup3(SafeHandle source, int target)
    {
        while (true)
        {
            int result = dup3(source, target, 0);
            int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return result < 0 ? -error : result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup3(SafeHandle source, int target, int flags);
}
