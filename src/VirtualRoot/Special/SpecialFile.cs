using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special;

/// <summary>A file or device of /proc, /sys or /dev.</summary>
public abstract class SpecialFile : SpecialNode
{
    /// <summary>A file with the inode number <paramref name="inode"/>.</summary>
    protected SpecialFile(ulong inode)
        : base(inode)
    {
    }

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.File;

    /// <summary>Whether the file tells size 0 and has an end all the same: a text made when it is read. Pipes and devices
    /// have none.</summary>
    public virtual bool IsGenerated => false;

    /// <summary>What <see cref="Open"/> may wait for: a <see cref="SpecialWork.Line"/>.</summary>
    public virtual ulong OpenLine => 0;

    /// <summary>OPEN, with the caller's open(2) <paramref name="flags"/>. Permission is checked here, once: later
    /// requests may come without a caller (RELEASE and writeback carry pid 0).</summary>
    public abstract Errno Open(in Caller caller, int flags, out SpecialHandle? handle);
}
