using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int AF_UNIX = 1;
    private const int SOCK_CLOEXEC = 0x80000;

    /// <summary>socketpair(2) of unix sockets, with SOCK_CLOEXEC.</summary>
    /// <param name="type">SOCK_STREAM 1 or SOCK_SEQPACKET 5.</param>
    /// <param name="first">One end, which the caller owns.</param>
    /// <param name="second">The other end, which the caller owns.</param>
    /// <returns>0 or a negative errno.</returns>
    public static unsafe int Socketpair(int type, out int first, out int second)
    {
        int* ends = stackalloc int[2];
        int result = socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends);
        first = result < 0 ? -1 : ends[0];
        second = result < 0 ? -1 : ends[1];
        return result < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int socketpair(int domain, int type, int protocol, int* ends);
}
