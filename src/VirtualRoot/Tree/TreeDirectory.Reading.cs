using VirtualRoot.CasClient.Directories;
using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <content>
/// readdir(3). Offsets: 0 is <c>.</c>, 1 is <c>..</c>, then every input by its place in the listing (shown as what its
/// name leads to now, left out where it was removed), then the names that the action made. So a change in the middle of
/// a read neither repeats nor loses an entry that was there all the time.
/// </content>
public sealed partial class TreeDirectory
{
    private const ulong FirstChild = 2;

    /// <summary>Begins to read from the start (opendir, rewinddir): takes note of the names made by the action.</summary>
    internal void BeginRead(DirectoryHandle handle)
    {
        handle.UpperNames = [];
        if (_hasLower && !_wasRead)
        {
            _wasRead = true;
            Root.Statistics.CountDirectoryRead();
        }

        if (_upper is null)
        {
            return;
        }

        List<byte[]> names = new(_upper.Count);
        foreach ((byte[] name, TreeNode? child) in _upper)
        {
            if (child is not null && !(_lower?.Find(name) >= 0))
            {
                names.Add(name);
            }
        }

        handle.UpperNames = [.. names];
    }

    /// <summary>The entry at or after <paramref name="offset"/>; false at the end. The listing must be loaded.</summary>
    /// <param name="handle">The open directory.</param>
    /// <param name="offset">0, or an entry's <see cref="TreeEntry.NextOffset"/>.</param>
    /// <param name="withNode">Whether the child's node is wanted (READDIRPLUS).</param>
    /// <param name="entry">The entry.</param>
    internal bool TryReadEntry(DirectoryHandle handle, ulong offset, bool withNode, out TreeEntry entry)
    {
        entry = default;
        if (offset < FirstChild)
        {
            entry.Name = offset == 0 ? "."u8 : ".."u8;
            entry.Kind = NodeKind.Directory;
            entry.Inode = offset == 0 ? Inode : Parent.Inode;
            entry.NextOffset = offset + 1;
            return true;
        }

        ulong inputs = (ulong)(_lower?.Count ?? 0);
        for (; offset < FirstChild + inputs; offset++)
        {
            if (TryReadInput((int)(offset - FirstChild), withNode, ref entry))
            {
                entry.NextOffset = offset + 1;
                return true;
            }
        }

        for (ulong index = offset - FirstChild - inputs; index < (ulong)handle.UpperNames.Length; index++)
        {
            byte[] name = handle.UpperNames[index];
            if (_upper!.TryGetValue(name, out TreeNode? child) && child is not null)
            {
                Fill(ref entry, name, child);
                entry.NextOffset = FirstChild + inputs + index + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>The offset after the last entry that <see cref="TryReadEntry"/> can return.</summary>
    internal ulong EndOffset(DirectoryHandle handle) => FirstChild + (ulong)(_lower?.Count ?? 0) + (ulong)handle.UpperNames.Length;

    private bool TryReadInput(int index, bool withNode, ref TreeEntry entry)
    {
        DirectoryListing lower = _lower!;
        ReadOnlySpan<byte> name = lower.GetName(index);
        if (_upper is not null && _upper.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out TreeNode? changed))
        {
            if (changed is null)
            {
                return false;
            }

            Fill(ref entry, name, changed);
            return true;
        }

        if (withNode)
        {
            Fill(ref entry, name, GetInput(index));
            return true;
        }

        entry.Name = name;
        entry.Inode = InodeNumbers.OfInput(Inode, name);
        entry.Kind = lower.GetKind(index) switch
        {
            DirectoryEntryKind.Directory => NodeKind.Directory,
            DirectoryEntryKind.Symlink => NodeKind.Symlink,
            _ => NodeKind.File,
        };
        return true;
    }

    private static void Fill(ref TreeEntry entry, ReadOnlySpan<byte> name, TreeNode child)
    {
        entry.Name = name;
        entry.Kind = child.Kind;
        entry.Inode = child.Inode;
        entry.Node = child;
    }
}
