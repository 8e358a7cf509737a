using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>
    /// sigaction(2): makes a signal interrupt a blocking system call with EINTR and do nothing else, unless somebody
    /// handles it already. The handler is the C library's <c>abs</c>: native (managed code may not run in a signal
    /// handler), of the right shape, and without effect. SA_RESTART is left out, so that the call does return.
    /// </summary>
    /// <param name="signal">A real-time signal above the C library's and the runtime's own (32 to 34).</param>
    /// <returns>0; -EBUSY if the signal has a handler; or a negative errno.</returns>
    public static unsafe int SigactionInterruptOnly(int signal)
    {
        SignalAction current = default;
        if (sigaction(signal, null, &current) < 0)
        {
            return -Marshal.GetLastPInvokeError();
        }

        nint nothing = NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(Syscall).Assembly, null), "abs");
        if (current.Handler != 0)
        {
            return current.Handler == nothing ? 0 : -(int)Errno.EBUSY;
        }

        SignalAction action = new() { Handler = nothing };
        return sigaction(signal, &action, null) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int sigaction(int signal, SignalAction* action, SignalAction* old);
}
