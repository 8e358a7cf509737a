using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_kstatfs</c>: figures of statfs(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseKstatfs
{
    /// <summary>Blocks of <see cref="FrSize"/> bytes in all.</summary>
    public ulong Blocks;

    /// <summary>Free blocks.</summary>
    public ulong BFree;

    /// <summary>Free blocks for ordinary users.</summary>
    public ulong BAvail;

    /// <summary>Inodes in all.</summary>
    public ulong Files;

    /// <summary>Free inodes.</summary>
    public ulong FFree;

    /// <summary>Preferred size of a transfer in bytes.</summary>
    public uint BSize;

    /// <summary>The longest name in bytes.</summary>
    public uint NameLen;

    /// <summary>Size of a block in bytes.</summary>
    public uint FrSize;

    /// <summary>Padding; zero.</summary>
    public uint Padding;

    /// <summary>Reserved; zero.</summary>
    public uint Spare0;

    /// <summary>Reserved; zero.</summary>
    public uint Spare1;

    /// <summary>Reserved; zero.</summary>
    public uint Spare2;

    /// <summary>Reserved; zero.</summary>
    public uint Spare3;

    /// <summary>Reserved; zero.</summary>
    public uint Spare4;

    /// <summary>Reserved; zero.</summary>
    public uint Spare5;
}
