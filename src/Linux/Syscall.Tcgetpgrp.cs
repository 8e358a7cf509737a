using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>tcgetpgrp(3): the process group in a terminal's foreground. EINTR cannot happen.</summary>
    /// <param name="terminal">The controlling terminal, as /dev/tty opens it.</param>
    /// <returns>The process group, or a negative errno; -ENOTTY when it is not our controlling terminal.</returns>
    public static int Tcgetpgrp(SafeHandle terminal)
    {
        int result = tcgetpgrp(terminal);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetpgrp(SafeHandle terminal);
}
