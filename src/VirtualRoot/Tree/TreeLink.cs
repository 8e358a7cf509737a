using VirtualRoot.CasClient.Directories;
using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <summary>A symbolic link, of the inputs or made by the action. Its target is bytes that only the kernel resolves.</summary>
public sealed class TreeLink : TreeNode
{
    private readonly byte[]? _target;

    internal TreeLink(TreeDirectory parent, DirectoryListing listing, int index)
        : base(parent, listing, index)
    {
    }

    internal TreeLink(Root root, ReadOnlySpan<byte> target, NodeMetadata metadata)
        : base(root, root.Inodes.NextCreated())
    {
        _target = target.ToArray();
        Metadata = metadata;
    }

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.Symlink;

    /// <summary>The target's bytes, without a NUL.</summary>
    internal ReadOnlySpan<byte> Target => _target is not null ? _target : Listing!.GetTarget(ListingIndex);

    /// <inheritdoc/>
    internal override ulong Size => (ulong)Target.Length;

    /// <inheritdoc/>
    private protected override uint InputPermissions => 0x1ff; // 0777, as every link on Linux
}
