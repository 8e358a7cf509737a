using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_attr_out</c>: answer of GETATTR and SETATTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseAttrOut
{
    /// <summary>Seconds for which the kernel may keep the attributes.</summary>
    public ulong AttrValid;

    /// <summary>Nanoseconds of <see cref="AttrValid"/>.</summary>
    public uint AttrValidNsec;

    /// <summary>Padding; zero.</summary>
    public uint Dummy;

    /// <summary>The attributes.</summary>
    public FuseAttr Attr;
}
