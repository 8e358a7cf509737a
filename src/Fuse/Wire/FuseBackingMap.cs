using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_backing_map</c>: argument of the ioctl that registers a passthrough backing file (7.40).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseBackingMap
{
    /// <summary>The backing file's descriptor.</summary>
    public int Fd;

    /// <summary>Reserved; zero.</summary>
    public uint Flags;

    /// <summary>Padding; zero.</summary>
    public ulong Padding;
}
