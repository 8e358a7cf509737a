using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>kill(2). Signal 0 only asks whether the process exists.</summary>
    /// <returns>0 or a negative errno.</returns>
    public static int Kill(int pid, int signal)
    {
        int result = kill(pid, signal);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
