using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;

    /// <summary>recvmsg(2) of data and at most one descriptor (SCM_RIGHTS), which gets FD_CLOEXEC. EINTR is retried.</summary>
    /// <param name="socket">A unix socket.</param>
    /// <param name="buffer">Receives the data.</param>
    /// <param name="descriptor">The descriptor received, which the caller owns, or -1.</param>
    /// <returns>Bytes of data received, 0 if the peer has closed, or a negative errno.</returns>
    public static unsafe int Recvmsg(SafeHandle socket, Span<byte> buffer, out int descriptor)
    {
        // struct cmsghdr (size_t length, int level, int type), then one int, padded to 8.
        ulong* control = stackalloc ulong[3];
        descriptor = -1;
        fixed (byte* bytes = buffer)
        {
            IoVector part = new(bytes, (nuint)buffer.Length);
            while (true)
            {
                MessageHeader message = new() { Parts = &part, PartCount = 1, Control = control, ControlLength = 24 };
                nint result = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
                int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error == (int)Errno.EINTR)
                {
                    continue;
                }

                int* fields = (int*)control;
                if (result >= 0 && message.ControlLength >= 20 && fields[2] == SOL_SOCKET && fields[3] == SCM_RIGHTS)
                {
                    descriptor = fields[4];
                }

                return result < 0 ? -error : (int)result;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recvmsg(SafeHandle socket, MessageHeader* message, int flags);
}
