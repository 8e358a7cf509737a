using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct timespec</c>.</summary>
/// <param name="Seconds">Seconds since the epoch.</param>
/// <param name="Nanoseconds">0 to 999,999,999, or <see cref="Now"/> or <see cref="Omit"/>.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TimeSpec(long Seconds, long Nanoseconds)
{
    /// <summary><c>UTIME_NOW</c>: the kernel's clock.</summary>
    public static TimeSpec Now => new(0, 0x3fffffff);

    /// <summary><c>UTIME_OMIT</c>: leave it as it is.</summary>
    public static TimeSpec Omit => new(0, 0x3ffffffe);
}
