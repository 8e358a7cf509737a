using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>The real-time signal that gets a reader out of read(2): the highest one that nobody in this process handles.</summary>
internal static class WakeSignal
{
    // 34 is SIGRTMIN, which the runtime uses itself; 64 SIGRTMAX.
    private const int Lowest = 35;
    private const int Highest = 64;

    private static readonly Lazy<int> s_number = new(Choose);

    /// <summary>Prepares the signal; before any reader can be sent it, since its default is to end the process.</summary>
    public static void Prepare() => _ = s_number.Value;

    /// <summary>Interrupts the system call that a thread of this process is in.</summary>
    public static void Send(int threadId) => _ = Syscall.Tgkill(Environment.ProcessId, threadId, s_number.Value);

    private static int Choose()
    {
        for (int signal = Highest; signal >= Lowest; signal--)
        {
            if (Syscall.SigactionInterruptOnly(signal) == 0)
            {
                return signal;
            }
        }

        throw new FuseDeviceException("all real-time signals have handlers already; none is left to wake readers of the FUSE device by");
    }
}
