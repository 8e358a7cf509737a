using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <summary>A FIFO or a bound socket: a name only, the kernel does the rest.</summary>
public sealed class TreePipe : TreeNode
{
    internal TreePipe(Root root, NodeKind kind, NodeMetadata metadata)
        : base(root, root.Inodes.NextCreated())
    {
        Kind = kind;
        Metadata = metadata;
    }

    /// <inheritdoc/>
    public override NodeKind Kind { get; }

    /// <inheritdoc/>
    internal override ulong Size => 0;

    /// <inheritdoc/>
    private protected override uint InputPermissions => 0x1a4; // never an input
}
