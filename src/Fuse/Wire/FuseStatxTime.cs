using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_sx_time</c>: a point in time within <see cref="FuseStatx"/> (7.39).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseStatxTime
{
    /// <summary>Seconds since the epoch.</summary>
    public long Seconds;

    /// <summary>Nanoseconds.</summary>
    public uint Nanoseconds;

    /// <summary>Reserved; zero.</summary>
    public int Reserved;
}
