using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>A time in a <see cref="StatXBuffer"/> (<c>struct statx_timestamp</c>, 16 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct StatXTimestamp
{
    /// <summary>Seconds since 1970.</summary>
    public readonly long Seconds;

    /// <summary>Nanoseconds within the second.</summary>
    public readonly uint Nanoseconds;

    private readonly int _reserved;
}
