using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>What INIT agreed on.</summary>
public sealed class FuseConnection
{
    internal FuseConnection(FuseInitOut agreed, int kernelMinor, FuseInitFlags offered, FuseNotifier notifier, FuseBackingFiles backing)
    {
        Minor = (int)agreed.Minor;
        KernelMinor = kernelMinor;
        OfferedFlags = offered;
        Flags = FuseNegotiation.FlagsOf(in agreed);
        MaxWrite = (int)agreed.MaxWrite;
        MaxReadAhead = (int)agreed.MaxReadAhead;
        MaxBackground = agreed.MaxBackground;
        MaxPages = agreed.MaxPages;
        TimeGranularity = (int)agreed.TimeGran;
        Notifier = notifier;
        Backing = backing;
    }

    /// <summary>The protocol minor spoken.</summary>
    public int Minor { get; }

    /// <summary>The kernel's own protocol minor.</summary>
    public int KernelMinor { get; }

    /// <summary>The flags agreed on.</summary>
    public FuseInitFlags Flags { get; }

    /// <summary>The flags that the kernel offered.</summary>
    public FuseInitFlags OfferedFlags { get; }

    /// <summary>The largest WRITE in bytes.</summary>
    public int MaxWrite { get; }

    /// <summary>Upper bound of readahead in bytes.</summary>
    public int MaxReadAhead { get; }

    /// <summary>Background requests out at once.</summary>
    public int MaxBackground { get; }

    /// <summary>The largest request in pages; 0 where the kernel decides (32).</summary>
    public int MaxPages { get; }

    /// <summary>Granularity of timestamps in nanoseconds.</summary>
    public int TimeGranularity { get; }

    /// <summary>Tells the kernel what changed on this side.</summary>
    public FuseNotifier Notifier { get; }

    /// <summary>Files that the kernel reads itself.</summary>
    public FuseBackingFiles Backing { get; }

    /// <summary>Whether all of <paramref name="flags"/> were agreed on.</summary>
    public bool Has(FuseInitFlags flags) => (Flags & flags) == flags;
}
