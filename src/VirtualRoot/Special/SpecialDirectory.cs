using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special;

/// <summary>A directory of /proc, /sys or /dev.</summary>
public abstract class SpecialDirectory : SpecialNode
{
    /// <summary>A directory with the inode number <paramref name="inode"/>.</summary>
    protected SpecialDirectory(ulong inode)
        : base(inode)
    {
    }

    /// <inheritdoc/>
    public sealed override NodeKind Kind => NodeKind.Directory;

    /// <summary>Whether a name of ours comes before an entry of the same name in the input root (/dev/null and its kind).</summary>
    public virtual bool ComesFirst(ReadOnlySpan<byte> name) => false;

    /// <summary>What <see cref="Lookup"/> of <paramref name="name"/> may wait for: a <see cref="SpecialWork.Line"/>.</summary>
    public virtual ulong LineOf(ReadOnlySpan<byte> name) => 0;

    /// <summary>Whether a fixed name is always there: the action can neither remove nor cover it, and the log tells when the
    /// input root ships it, too.</summary>
    public virtual bool HasName(ReadOnlySpan<byte> name) => false;

    /// <summary>Whether a LOOKUP of <paramref name="name"/> is answered from memory, or by calls that wait for nobody.</summary>
    public virtual bool FindsInMemory(in Caller caller, ReadOnlySpan<byte> name) => AnswersFromMemory;

    /// <summary>LOOKUP. The child is returned with one reference counted for the reply
    /// (<see cref="NodeTable.Reference"/>, taken under the lock that guards the name).</summary>
    /// <returns>ENOENT for whatever is not on the allow-list.</returns>
    public abstract Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child);

    /// <summary>READDIR: every listed name, without <c>.</c> and <c>..</c>, added to <paramref name="entries"/>.</summary>
    public abstract Errno List(in Caller caller, List<SpecialEntry> entries);
}
