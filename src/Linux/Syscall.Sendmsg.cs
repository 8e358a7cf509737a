using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>sendmsg(2) of data and one descriptor (SCM_RIGHTS). EINTR is retried. A closed peer is -EPIPE, without a signal.</summary>
    /// <returns>Bytes sent or a negative errno.</returns>
    public static unsafe int Sendmsg(SafeHandle socket, ReadOnlySpan<byte> data, SafeHandle descriptor)
    {
        const int MSG_NOSIGNAL = 0x4000;
        bool held = false;
        ulong* control = stackalloc ulong[3];
        try
        {
            descriptor.DangerousAddRef(ref held);
            control[0] = 20;
            int* fields = (int*)control;
            fields[2] = SOL_SOCKET;
            fields[3] = SCM_RIGHTS;
            fields[4] = (int)descriptor.DangerousGetHandle();
            fields[5] = 0;
            fixed (byte* bytes = data)
            {
                IoVector part = new(bytes, (nuint)data.Length);
                MessageHeader message = new() { Parts = &part, PartCount = 1, Control = control, ControlLength = 24 };
                while (true)
                {
                    nint result = sendmsg(socket, &message, MSG_NOSIGNAL);
                    int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
                    if (error != (int)Errno.EINTR)
                    {
                        return result < 0 ? -error : (int)result;
                    }
                }
            }
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint sendmsg(SafeHandle socket, MessageHeader* message, int flags);
}
