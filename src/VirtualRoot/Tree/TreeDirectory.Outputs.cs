using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Tree;

/// <content>What output capture asks: names as they are now, without making a node of an input that nobody uses.</content>
public sealed partial class TreeDirectory
{
    /// <summary>Whether the root itself brought this directory (/tmp, /proc, /sys, /dev), rather than the inputs or the action.</summary>
    internal bool IsBrought { get; private set; }

    /// <summary>Whether nothing below has changed: all of it is what the digest names, since a change promotes every
    /// directory above it.</summary>
    internal bool TryGetUnchanged(out Digest digest)
    {
        digest = default;
        return _upper is null && TryGetLowerDigest(out digest);
    }

    /// <summary>The entry of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="node">A node that the action made or changed; else null.</param>
    /// <param name="listing">For an unchanged input the listing that names it; else null.</param>
    /// <param name="index">Its entry there.</param>
    internal NameState Peek(ReadOnlySpan<byte> name, out TreeNode? node, out DirectoryListing? listing, out int index)
    {
        listing = null;
        index = -1;
        if (_upper is not null && _upper.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out node))
        {
            return node is null ? NameState.Absent : NameState.Present;
        }

        node = null;
        if (!IsLoaded())
        {
            return NameState.NotLoaded;
        }

        index = _lower?.Find(name) ?? -1;
        listing = index < 0 ? null : _lower;
        return index < 0 ? NameState.Absent : NameState.Present;
    }

    /// <summary>All entries: those that the action made or changed, and the unchanged inputs by their places in
    /// <paramref name="listing"/>. The listing must be loaded.</summary>
    internal void List(List<(byte[] Name, TreeNode Node)> changed, List<int> inputs, out DirectoryListing? listing)
    {
        listing = _lower;
        foreach ((byte[] name, TreeNode? node) in _upper ?? [])
        {
            if (node is not null)
            {
                changed.Add((name, node));
            }
        }

        for (int index = 0; index < (_lower?.Count ?? 0); index++)
        {
            if (_upper is null || !_upper.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(_lower!.GetName(index)))
            {
                inputs.Add(index);
            }
        }
    }
}
