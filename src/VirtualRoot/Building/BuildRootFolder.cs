using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Building;

/// <summary>
/// The directory of one action: its <c>root</c>, into which it is chrooted, and beside it, where it does not see them, the
/// files of its <c>stdout</c> and <c>stderr</c> and the directory of its <c>server_logs</c>. What lies beside is written in
/// the same overlay, under a quota of its own.
/// </summary>
public sealed class BuildRootFolder : OuterDirectory
{
    private const uint FileMode = 0x1a4; // 0644
    private const uint DirectoryMode = 0x1ed; // 0755

    private readonly Root _root;
    private readonly (byte[] Name, TreeNode Node)[] _children;

    internal BuildRootFolder(ulong inode, Root root)
        : base(inode, root.Scratch, root.Clock)
    {
        Owner = root;
        _root = root;
        Caller action = new(0, root.Options.Uid, root.Options.Gid);
        Caller daemon = new(0, (uint)Syscall.Geteuid(), (uint)Syscall.Getgid());
        Stdout = new TreeFile(root, MetadataFor(FileMode, action)) { IsLog = true };
        Stderr = new TreeFile(root, MetadataFor(FileMode, action)) { IsLog = true };
        root.OutputTexts = [Stdout, Stderr];
        TreeDirectory serverLogs = new(root, root.Inodes.NextCreated(), MetadataFor(DirectoryMode, daemon)) { IsLog = true };
        _children =
        [
            (RootName, root.Top),
            ("stdout"u8.ToArray(), Stdout),
            ("stderr"u8.ToArray(), Stderr),
            ("server_logs"u8.ToArray(), serverLogs),
        ];
    }

    /// <summary>The name of the root in it.</summary>
    internal static byte[] RootName { get; } = "root"u8.ToArray();

    /// <summary>What the action wrote to standard output.</summary>
    internal TreeFile Stdout { get; }

    /// <summary>What the action wrote to standard error.</summary>
    internal TreeFile Stderr { get; }

    /// <inheritdoc/>
    internal override bool HasFixedNames => true;

    /// <summary>The number of the directory called <paramref name="name"/> at a mount's top.</summary>
    internal static ulong InodeOf(ReadOnlySpan<byte> name) => InodeNumbers.OfInput(InodeNumbers.MountTop, name);

    /// <summary>The numbers of its root.</summary>
    /// <param name="inode">This directory's number.</param>
    /// <param name="ordinal">Which root of the mount it is.</param>
    internal static InodeNumbers NumbersBelow(ulong inode, uint ordinal) => new(InodeNumbers.OfInput(inode, RootName), ordinal);

    /// <inheritdoc/>
    internal override bool TryReference(NodeTable table, ReadOnlySpan<byte> name, [NotNullWhen(true)] out Node? child)
    {
        child = null;
        foreach ((byte[] candidate, TreeNode node) in _children)
        {
            if (name.SequenceEqual(candidate))
            {
                lock (_root.Gate)
                {
                    child = node;
                    table.Reference(node);
                }
            }
        }

        return child is not null;
    }

    /// <inheritdoc/>
    internal override void List(List<SpecialEntry> entries)
    {
        foreach ((byte[] name, TreeNode node) in _children)
        {
            entries.Add(new SpecialEntry(name, node.Kind, node.Inode));
        }
    }

    private NodeMetadata MetadataFor(uint permissions, Caller owner)
    {
        NodeTime now = NodeTime.Now(_root.Clock);
        return new NodeMetadata
        {
            Permissions = permissions,
            Uid = owner.Uid,
            Gid = owner.Gid,
            AccessTime = now,
            ModificationTime = now,
            ChangeTime = now,
            BirthTime = now,
        };
    }
}
