using VirtualRoot.Tree;

namespace VirtualRoot.Nodes;

/// <summary>
/// An inode of a mount: the thing a FUSE node id names. It is in the <see cref="NodeTable"/> while the kernel holds
/// references to it (its lookup count), and may exist without: a written file stays although nobody looks at it.
/// </summary>
public abstract class Node
{
    /// <summary>A node whose <c>st_ino</c> is <paramref name="inode"/>.</summary>
    protected Node(ulong inode) => Inode = inode;

    /// <summary><c>st_ino</c>.</summary>
    public virtual ulong Inode { get; }

    /// <summary>The file type; never changes.</summary>
    public abstract NodeKind Kind { get; }

    /// <summary>Whether the kernel may keep a name that leads here for as long as it likes. False below /proc, where
    /// processes come and go by themselves.</summary>
    public virtual bool NameIsStable => true;

    /// <summary>Whether the kernel may keep the attributes for as long as it likes.</summary>
    public virtual bool AttributesAreStable => true;

    /// <summary>The root that the node belongs to; null for the directories above the roots. Set before the kernel hears of
    /// the node, and for good.</summary>
    internal Root? Owner { get; set; }

    /// <summary>The FUSE node id while the kernel knows the node, else 0. Protected by the table's lock.</summary>
    internal ulong NodeId { get; set; }

    /// <summary>References that the kernel holds. Protected by the table's lock.</summary>
    internal ulong LookupCount { get; set; }

    /// <summary>The kernel dropped its last reference. Whoever holds the node by name may let it go now, if it is not
    /// referenced again meanwhile (<see cref="IsReferenced"/>). Called without any lock.</summary>
    protected internal virtual void OnForgotten()
    {
    }

    /// <summary>Whether the kernel holds a reference. Steady only under the lock that guards the node's name, since
    /// references are taken under it.</summary>
    public bool IsReferenced => NodeId != 0;
}
