using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <summary>One name of a directory being read; valid only under the root's gate.</summary>
internal ref struct TreeEntry
{
    public ReadOnlySpan<byte> Name;
    public NodeKind Kind;
    public ulong Inode;

    /// <summary>The child's node, if asked for; null for <c>.</c> and <c>..</c>.</summary>
    public TreeNode? Node;

    /// <summary>Where the next read begins.</summary>
    public ulong NextOffset;
}
