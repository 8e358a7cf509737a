using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Special;

/// <summary>The nodes of one root's special directories in the table of its mount.</summary>
internal sealed class SpecialNodes(NodeTable table)
{
    /// <summary>The root; null where the directories stand alone. Set before the kernel hears of any of them.</summary>
    public Root? Root { get; set; }

    /// <summary>Counts one reference for a reply that names <paramref name="node"/>, as <see cref="NodeTable.Reference"/> does.</summary>
    public void Reference(SpecialNode node)
    {
        node.Owner ??= Root;
        table.Reference(node);
    }

    /// <summary>The node that <paramref name="nodeId"/> names now.</summary>
    public bool TryGet(ulong nodeId, [NotNullWhen(true)] out Node? node) => table.TryGet(nodeId, out node);

    /// <summary>Drops one reference that no reply names.</summary>
    public void Forget(SpecialNode node) => table.Forget(node.NodeId, 1);
}
