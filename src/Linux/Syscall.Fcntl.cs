using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>fcntl(2) with an integer argument. EINTR does not happen for the commands that take one.</summary>
    /// <param name="file">The descriptor.</param>
    /// <param name="command">F_*.</param>
    /// <param name="argument">The command's argument.</param>
    /// <returns>The command's result, or a negative errno.</returns>
    public static int Fcntl(SafeHandle file, int command, nint argument = 0)
    {
        int result = fcntl(file, command, argument);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeHandle file, int command, nint argument);
}
