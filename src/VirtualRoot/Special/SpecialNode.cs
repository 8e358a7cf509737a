using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Trace;

namespace VirtualRoot.Special;

/// <summary>
/// A node of /proc, /sys or /dev. Its methods are synchronous and may touch the daemon's own /proc, so they run on the
/// special directories' own workers with a deadline, never on a FUSE reader thread, unless
/// <see cref="AnswersFromMemory"/>. No lock of the tree is held while one runs, and none may reach our own mount.
/// </summary>
public abstract class SpecialNode : Node
{
    /// <summary>A special node with the inode number <paramref name="inode"/>, the same from stat to open.</summary>
    protected SpecialNode(ulong inode)
        : base(inode)
    {
    }

    /// <inheritdoc/>
    public override bool AttributesAreStable => NameIsStable;

    /// <summary>Whether the kernel may use the attributes that LOOKUP told for the rest of the path walk, up to two of its
    /// timer's ticks: else it asks for them again, for the right to search a directory. Only where that right never changes.</summary>
    public virtual bool AttributesLastForAWalk => false;

    /// <summary>Whether every operation of this node is answered from memory, so that a reader thread may run it.</summary>
    public virtual bool AnswersFromMemory => false;

    /// <summary>What <see cref="GetAttributes"/> may wait for: a <see cref="SpecialWork.Line"/>.</summary>
    public virtual ulong AttributesLine => 0;

    /// <summary>Its row where the root's special paths are traced, else null.</summary>
    internal TracedPath? Traced { get; set; }

    /// <summary>Tells the directory that holds the node by name that the kernel forgot it.</summary>
    internal Action<SpecialNode>? Forgotten { get; set; }

    /// <summary>GETATTR, also for the reply to a LOOKUP.</summary>
    public abstract Errno GetAttributes(in Caller caller, out NodeAttributes attributes);

    /// <summary>Why chmod, chown and utimensat are refused.</summary>
    public virtual Errno ChangeRefusal => Errno.EPERM;

    /// <summary>SETATTR of the size, as <c>&gt; /dev/stderr</c> asks for: a device or process file has nothing to cut.</summary>
    public virtual Errno Truncate(in Caller caller, ulong size) => Errno.Success;

    /// <inheritdoc/>
    protected internal override void OnForgotten() => Forgotten?.Invoke(this);
}
