using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;

namespace VirtualRoot.Building;

/// <summary>A directory above the roots of a mount. Only the daemon changes its names; every request that would answers EPERM.</summary>
public abstract class OuterDirectory : Node
{
    private readonly NodeTime _made;

    private protected OuterDirectory(ulong inode, ScratchDirectory scratch, TimeProvider clock)
        : base(inode)
    {
        Scratch = scratch;
        _made = NodeTime.Now(clock);
    }

    /// <inheritdoc/>
    public sealed override NodeKind Kind => NodeKind.Directory;

    /// <summary>Where written bytes go: what statfs(2) tells of.</summary>
    internal ScratchDirectory Scratch { get; }

    /// <summary>Whether the names never change, so that the kernel may remember also what is not there.</summary>
    internal abstract bool HasFixedNames { get; }

    /// <summary>stat(2). Times and links stay as they were made, so that the kernel need not ask again on each walk through here.</summary>
    internal void GetAttributes(out NodeAttributes attributes) => attributes = new NodeAttributes
    {
        Inode = Inode,
        Kind = NodeKind.Directory,
        Permissions = 0x1ed, // 0755
        Links = 1,
        Uid = (uint)Syscall.Geteuid(),
        Gid = (uint)Syscall.Getgid(),
        Size = 4096,
        AccessTime = _made,
        ModificationTime = _made,
        ChangeTime = _made,
        BirthTime = _made,
    };

    /// <summary>LOOKUP: the child of that name, with one reference counted under the lock that guards the name.</summary>
    internal abstract bool TryReference(NodeTable table, ReadOnlySpan<byte> name, [NotNullWhen(true)] out Node? child);

    /// <summary>READDIR: every name, without <c>.</c> and <c>..</c>.</summary>
    internal abstract void List(List<SpecialEntry> entries);
}
