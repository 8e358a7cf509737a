using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>setsid(2): a new session without a terminal. EINTR cannot happen.</summary>
    /// <returns>The session's id, or -EPERM for the leader of a process group.</returns>
    public static int Setsid()
    {
        int result = setsid();
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();
}
