using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_entry_out</c>: answer of LOOKUP and of everything that makes a node.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseEntryOut
{
    /// <summary>The node; 0 says that there is none and that the kernel may remember so.</summary>
    public ulong NodeId;

    /// <summary>Generation: node id and generation together are never used twice.</summary>
    public ulong Generation;

    /// <summary>Seconds for which the kernel may keep the name.</summary>
    public ulong EntryValid;

    /// <summary>Seconds for which the kernel may keep the attributes.</summary>
    public ulong AttrValid;

    /// <summary>Nanoseconds of <see cref="EntryValid"/>.</summary>
    public uint EntryValidNsec;

    /// <summary>Nanoseconds of <see cref="AttrValid"/>.</summary>
    public uint AttrValidNsec;

    /// <summary>The attributes.</summary>
    public FuseAttr Attr;
}
