using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.Tree;

/// <summary>
/// A directory: the names of its input listing (lower), under the names that the action made or changed (upper). An
/// upper name without a node is a whiteout: the input of that name was removed. Lower children become nodes when they
/// are looked up and are forgotten with the kernel; upper ones stay.
/// An upper name implies that the listing is loaded, since it was made after a look at what is below.
/// <para>All state is protected by <see cref="Root.Gate"/>. Nothing here fetches: where the listing is not in memory an
/// operation answers "not loaded", and the caller loads it without the gate and tries again.</para>
/// </summary>
public sealed partial class TreeDirectory : TreeNode
{
    private readonly bool _hasLower;
    private bool _wasRead;
    private DirectoryListing? _lower;
    private TreeNode?[]? _live;
    private int _liveCount;
    private Dictionary<byte[], TreeNode?>? _upper;

    /// <summary>The top directory of <paramref name="root"/>.</summary>
    internal TreeDirectory(Root root)
        : base(root, root.Inodes.Top)
    {
        _hasLower = true;
        Parent = this;
    }

    /// <summary>A directory that comes from the inputs.</summary>
    private TreeDirectory(TreeDirectory parent, DirectoryListing listing, int index)
        : base(parent, listing, index)
    {
        _hasLower = true;
        Parent = parent;
    }

    /// <summary>A directory that the action created, or that the root itself brings.</summary>
    internal TreeDirectory(TreeDirectory parent, ulong inode, NodeMetadata metadata)
        : base(parent.Root, inode)
    {
        Parent = parent;
        Metadata = metadata;
    }

    /// <summary>A directory beside the top one: nothing of it is an input.</summary>
    internal TreeDirectory(Root root, ulong inode, NodeMetadata metadata)
        : base(root, inode)
    {
        Parent = this;
        Metadata = metadata;
    }

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.Directory;

    /// <summary>/proc is 1 also where the input root ships the directory, which Debian's do.</summary>
    public override ulong Inode => Special?.Inode ?? base.Inode;

    /// <summary>The directory that <c>..</c> leads to; the top directory's is itself.</summary>
    internal TreeDirectory Parent { get; private set; }

    /// <summary>The synthesized names that this directory shows besides its own: /proc and /dev.</summary>
    internal SpecialDirectory? Special { get; set; }

    /// <inheritdoc/>
    internal override ulong Size => 4096;

    /// <inheritdoc/>
    private protected override uint InputPermissions => 0x1ed; // 0755

    /// <inheritdoc/>
    private protected override bool IsHeld => _liveCount > 0;

    /// <summary>The digest of the input directory below, if there is one.</summary>
    internal bool TryGetLowerDigest(out Digest digest)
    {
        digest = !_hasLower ? default : Listing is null ? Root.Options.InputRoot : Listing.GetDigest(ListingIndex);
        return _hasLower;
    }

    /// <summary>Whether the input's listing is at hand (or there is none). Takes it from memory where it can.</summary>
    internal bool IsLoaded()
    {
        if (!_hasLower || _lower is not null)
        {
            return true;
        }

        TryGetLowerDigest(out Digest digest);
        if (!Root.Directories.TryGet(digest, out _lower))
        {
            return false;
        }

        Root.Statistics.CountDirectoryResolved();
        return true;
    }

    /// <summary>Brings the input's listing into memory; without the gate.</summary>
    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (!TryGetLowerDigest(out Digest digest))
        {
            return;
        }

        using InputWait wait = Root.Statistics.WaitForInput();
        try
        {
            DirectoryListing listing = await Root.Directories.GetAsync(digest, cancellationToken).ConfigureAwait(false);
            lock (Root.Gate)
            {
                if (_lower is null)
                {
                    _lower = listing;
                    Root.Statistics.CountDirectoryResolved();
                }
            }
        }
        catch (CasException failure)
        {
            Root.Failures.Add(failure);
            throw;
        }
    }

    /// <summary>Finds a child, making the node of an input at its first lookup.</summary>
    internal NameState Find(ReadOnlySpan<byte> name, out TreeNode? child)
    {
        child = null;
        if (_upper is not null && _upper.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out child))
        {
            return child is null ? NameState.Absent : NameState.Present;
        }

        if (!IsLoaded())
        {
            return NameState.NotLoaded;
        }

        int index = _lower?.Find(name) ?? -1;
        if (index < 0)
        {
            return NameState.Absent;
        }

        child = GetInput(index);
        return NameState.Present;
    }

    /// <summary>The node of lower entry <paramref name="index"/>.</summary>
    private TreeNode GetInput(int index)
    {
        DirectoryListing lower = _lower!;
        _live ??= new TreeNode?[lower.Count];
        if (_live[index] is { } live)
        {
            return live;
        }

        TreeNode child = lower.GetKind(index) switch
        {
            DirectoryEntryKind.Directory => new TreeDirectory(this, lower, index),
            DirectoryEntryKind.Symlink => new TreeLink(this, lower, index),
            _ => new TreeFile(this, lower, index),
        };
        _live[index] = child;
        _liveCount++;
        return child;
    }

    /// <summary>Adds a directory that every root has. The directory's own times stay.</summary>
    internal void Bring(ReadOnlySpan<byte> name, TreeDirectory directory)
    {
        Promote();
        SetUpper(name, directory);
        directory.IsBrought = true;
    }

    /// <summary>Moves a pristine child to the upper names, and this directory to its parent's: it stays from now on.</summary>
    internal void Pin(TreeNode child)
    {
        Promote();
        SetUpper(child.Listing!.GetName(child.ListingIndex), child);
        DropLive(child.ListingIndex);
    }

    /// <summary>Takes a child out of the live inputs.</summary>
    internal void DropLive(int index)
    {
        _live![index] = null;
        _liveCount--;
    }

    /// <summary>Forgets what is below, since the root is gone.</summary>
    internal void LetGo()
    {
        _upper = null;
        _live = null;
        _liveCount = 0;
    }

    private void SetUpper(ReadOnlySpan<byte> name, TreeNode? child)
    {
        _upper ??= new Dictionary<byte[], TreeNode?>(ByteNameComparer.Instance);
        _upper.GetAlternateLookup<ReadOnlySpan<byte>>()[name] = child;
        if (child is not null)
        {
            child.NamedIn = this;
        }
    }
}
