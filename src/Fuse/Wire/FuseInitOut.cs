using System.Runtime.InteropServices;

namespace VirtualRoot.Fuse.Wire;

/// <summary><c>fuse_init_out</c>: answer of INIT.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseInitOut
{
    /// <summary>Protocol major version.</summary>
    public uint Major;

    /// <summary>Protocol minor version.</summary>
    public uint Minor;

    /// <summary>Upper bound of readahead in bytes.</summary>
    public uint MaxReadAhead;

    /// <summary>Low half of <see cref="FuseInitFlags"/>.</summary>
    public uint Flags;

    /// <summary>How many background requests (readahead, asynchronous I/O) may be out at once.</summary>
    public ushort MaxBackground;

    /// <summary>From how many background requests on the kernel holds back.</summary>
    public ushort CongestionThreshold;

    /// <summary>The largest WRITE in bytes.</summary>
    public uint MaxWrite;

    /// <summary>Granularity of timestamps in nanoseconds.</summary>
    public uint TimeGran;

    /// <summary>The largest request in pages; counts with MAX_PAGES.</summary>
    public ushort MaxPages;

    /// <summary>Alignment of DAX mappings (log2); 0 here.</summary>
    public ushort MapAlignment;

    /// <summary>High half of <see cref="FuseInitFlags"/>; counts with INIT_EXT.</summary>
    public uint Flags2;

    /// <summary>How deep file systems may be stacked for passthrough (7.40); 0 for none.</summary>
    public uint MaxStackDepth;

    /// <summary>Seconds after which the kernel aborts the connection over an unanswered request (7.43); 0 for never.</summary>
    public ushort RequestTimeout;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused0;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused1;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused2;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused3;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused4;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused5;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused6;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused7;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused8;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused9;

    /// <summary>Reserved; zero.</summary>
    public ushort Unused10;
}
