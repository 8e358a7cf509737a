using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>sched_getaffinity(2) of the calling thread. EINTR does not happen.</summary>
    /// <param name="mask">Receives a bit for each processor, number 0 first, in words of 64 bits; the rest is cleared.</param>
    /// <returns>0 or a negative errno; -EINVAL if the kernel has more processors than <paramref name="mask"/> bits.</returns>
    public static int SchedGetAffinity(Span<ulong> mask)
    {
        mask.Clear();
        return sched_getaffinity(0, (nuint)mask.Length * sizeof(ulong), ref MemoryMarshal.GetReference(mask)) < 0
            ? -Marshal.GetLastPInvokeError()
            : 0;
    }

    /// <summary>sched_setaffinity(2) of the calling thread; what it starts inherits the set. EINTR does not happen.</summary>
    /// <param name="mask">As <see cref="SchedGetAffinity"/> tells it.</param>
    /// <returns>0 or a negative errno; -EINVAL if none of the processors may be used.</returns>
    public static int SchedSetAffinity(ReadOnlySpan<ulong> mask) =>
        sched_setaffinity(0, (nuint)mask.Length * sizeof(ulong), in MemoryMarshal.GetReference(mask)) < 0
            ? -Marshal.GetLastPInvokeError()
            : 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getaffinity(int pid, nuint size, ref ulong mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setaffinity(int pid, nuint size, in ulong mask);
}
