using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special;

/// <summary>A symbolic link of /proc or /dev; its target may depend on who asks.</summary>
public abstract class SpecialLink : SpecialNode
{
    /// <summary>A link with the inode number <paramref name="inode"/>.</summary>
    protected SpecialLink(ulong inode)
        : base(inode)
    {
    }

    /// <inheritdoc/>
    public sealed override NodeKind Kind => NodeKind.Symlink;

    /// <summary>What <see cref="ReadLink"/> may wait for: a <see cref="SpecialWork.Line"/>.</summary>
    public virtual ulong LinkLine => 0;

    /// <summary>Whether READLINK of this caller is answered from memory, or by calls that wait for nobody.</summary>
    public virtual bool ReadsAtOnce(in Caller caller) => AnswersFromMemory;

    /// <summary>READLINK: the target's bytes into <paramref name="target"/> (4,096 bytes or more), without a NUL.</summary>
    public abstract Errno ReadLink(in Caller caller, Span<byte> target, out int length);
}
