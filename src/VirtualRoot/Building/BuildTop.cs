using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Building;

/// <summary>
/// The top of a build directory: a directory for each action. The kernel keeps a name for good and is told when it goes;
/// what is not there it asks for each time, so that a name that comes need not be announced.
/// <para>The lock guards the names; the node table's comes after it. A root's gate is never taken under it.</para>
/// </summary>
public sealed class BuildTop : OuterDirectory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], BuildRootFolder> _folders = new(ByteNameComparer.Instance);

    internal BuildTop(ScratchDirectory scratch, TimeProvider clock)
        : base(InodeNumbers.MountTop, scratch, clock)
    {
    }

    /// <inheritdoc/>
    internal override bool HasFixedNames => false;

    /// <inheritdoc/>
    internal override bool TryReference(NodeTable table, ReadOnlySpan<byte> name, [NotNullWhen(true)] out Node? child)
    {
        lock (_lock)
        {
            bool found = _folders.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out BuildRootFolder? folder);
            child = folder;
            if (folder is not null)
            {
                table.Reference(folder);
            }

            return found;
        }
    }

    /// <inheritdoc/>
    internal override void List(List<SpecialEntry> entries)
    {
        lock (_lock)
        {
            foreach ((byte[] name, BuildRootFolder folder) in _folders)
            {
                entries.Add(new SpecialEntry(name, NodeKind.Directory, folder.Inode));
            }
        }
    }

    /// <summary>Shows a root, whose name must be free.</summary>
    internal void Add(byte[] name, BuildRootFolder folder)
    {
        lock (_lock)
        {
            _folders.Add(name, folder);
        }
    }

    /// <summary>Shows it no longer; the kernel may still know the name.</summary>
    internal void Remove(byte[] name)
    {
        lock (_lock)
        {
            _folders.Remove(name);
        }
    }
}
