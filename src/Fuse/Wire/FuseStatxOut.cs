using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_statx_out</c>: answer of STATX (7.39).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseStatxOut
{
    /// <summary>Seconds for which the kernel may keep the attributes.</summary>
    public ulong AttrValid;

    /// <summary>Nanoseconds of <see cref="AttrValid"/>.</summary>
    public uint AttrValidNsec;

    /// <summary>Reserved; zero.</summary>
    public uint Flags;

    /// <summary>Reserved; zero.</summary>
    public ulong Spare0;

    /// <summary>Reserved; zero.</summary>
    public ulong Spare1;

    /// <summary>The attributes.</summary>
    public FuseStatx Stat;
}
