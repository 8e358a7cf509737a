using VirtualRoot.CasClient.Directories;
using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <summary>
/// A file, directory or link of a root's tree. A node is <em>pristine</em> while it is an input that nothing has
/// changed: it then lives in its directory's table of live inputs and is let go when the kernel forgets it. A change
/// promotes it into the directory's upper names, where it stays until it is unlinked.
/// <para>All state is protected by <see cref="Root.Gate"/>.</para>
/// </summary>
public abstract class TreeNode : Node
{
    private protected TreeNode(Root root, ulong inode)
        : base(inode) => Owner = root;

    /// <summary>An input: entry <paramref name="index"/> of <paramref name="parent"/>'s listing.</summary>
    private protected TreeNode(TreeDirectory parent, DirectoryListing listing, int index)
        : base(InodeNumbers.OfInput(parent.Inode, listing.GetName(index)))
    {
        Owner = parent.Root;
        Origin = parent;
        Listing = listing;
        ListingIndex = index;
    }

    /// <summary>The root that the node belongs to.</summary>
    public Root Root => Owner!;

    /// <summary>The directory whose table of live inputs holds this node; null once it is promoted, or created.</summary>
    internal TreeDirectory? Origin { get; private set; }

    /// <summary>The directory that names this node, the last one that it was put in where several do; null for what has
    /// no name yet.</summary>
    internal TreeDirectory? Container => Origin ?? NamedIn;

    /// <summary>The directory whose upper names the node was put in last.</summary>
    internal TreeDirectory? NamedIn { get; set; }

    /// <summary>The listing that names this input; null for what the action created.</summary>
    internal DirectoryListing? Listing { get; }

    /// <summary>The entry in <see cref="Listing"/>.</summary>
    internal int ListingIndex { get; }

    /// <summary>Names that lead here: 0 once the last is unlinked.</summary>
    internal uint Links { get; set; } = 1;

    /// <summary>Attributes of a created or changed node.</summary>
    internal NodeMetadata? Metadata { get; set; }

    /// <summary>Size in bytes.</summary>
    internal abstract ulong Size { get; }

    /// <summary>Bytes that the node occupies, for <c>st_blocks</c>.</summary>
    private protected virtual ulong Allocated => Size;

    /// <summary>Whether the node lies outside what the action sees as its root: it counts for the logs' quota then.</summary>
    internal bool IsLog { get; init; }

    /// <summary>What the node's bytes count for.</summary>
    private protected RootQuota Quota => IsLog ? Root.LogQuota : Root.Quota;

    /// <summary>Whether the node counts as one of the action's inodes, which its end gives back.</summary>
    internal bool IsCounted { get; set; }

    /// <summary>Permission bits of an input that nothing has changed.</summary>
    private protected abstract uint InputPermissions { get; }

    /// <summary>stat(2), always from memory: an input's attributes come from the listing that names it.</summary>
    internal void GetAttributes(out NodeAttributes attributes)
    {
        ulong size = Size;
        attributes = new NodeAttributes
        {
            Inode = Inode,
            Kind = Kind,
            Links = Links,
            Size = size,
            Blocks = (Allocated + 511) / 512,
        };
        if (Metadata is { } metadata)
        {
            attributes.Permissions = metadata.Permissions;
            attributes.Uid = metadata.Uid;
            attributes.Gid = metadata.Gid;
            attributes.AccessTime = metadata.AccessTime;
            attributes.ModificationTime = metadata.ModificationTime;
            attributes.ChangeTime = metadata.ChangeTime;
            attributes.BirthTime = metadata.BirthTime;
            return;
        }

        NodeTime time = Listing is not null && Listing.TryGetModificationTime(ListingIndex, out long seconds, out uint nanoseconds)
            ? new NodeTime(seconds, nanoseconds)
            : Root.Options.InputTime;
        attributes.Permissions = Listing is not null && Listing.TryGetUnixMode(ListingIndex, out uint mode) ? mode & 0xfff : InputPermissions;
        attributes.Uid = Root.Options.Uid;
        attributes.Gid = Root.Options.Gid;
        attributes.AccessTime = time;
        attributes.ModificationTime = time;
        attributes.ChangeTime = time;
        attributes.BirthTime = time;
    }

    /// <summary>Makes the node stay, with its directories: something about it is about to change.</summary>
    internal void Promote()
    {
        if (Origin is { } parent)
        {
            Origin = null;
            parent.Pin(this);
        }
    }

    /// <summary>The node's own attributes, made from the input's at the first change; promotes it.</summary>
    internal NodeMetadata ChangeMetadata()
    {
        if (Metadata is null)
        {
            GetAttributes(out NodeAttributes now);
            Metadata = new NodeMetadata
            {
                Permissions = now.Permissions,
                Uid = now.Uid,
                Gid = now.Gid,
                AccessTime = now.AccessTime,
                ModificationTime = now.ModificationTime,
                ChangeTime = now.ChangeTime,
                BirthTime = now.BirthTime,
            };
            Promote();
        }

        return Metadata;
    }

    /// <summary>Clears set-user-ID, and set-group-ID of what its group may execute, as a write or chown by an ordinary
    /// user does (FUSE_HANDLE_KILLPRIV_V2).</summary>
    internal void DropPrivileges()
    {
        const uint SetUid = 0x800;
        const uint SetGid = 0x400;
        const uint GroupExecute = 0x8;
        NodeMetadata metadata = ChangeMetadata();
        metadata.Permissions &= ~(SetUid | ((metadata.Permissions & GroupExecute) != 0 ? SetGid : 0));
    }

    /// <summary>The last name is gone and the kernel has forgotten the node.</summary>
    internal virtual void Discard()
    {
        Root.Deleted.Remove(this);
        Vacate();
    }

    /// <summary>Gives back what the node counts, since no name leads to it and nobody has it open: the kernel may take its
    /// time to forget it.</summary>
    private protected virtual void Vacate()
    {
        if (IsCounted)
        {
            IsCounted = false;
            Quota.GiveBackInode();
        }
    }

    /// <summary>Whether anything but the kernel's references keeps a pristine node: open files, live children.</summary>
    private protected virtual bool IsHeld => false;

    /// <inheritdoc/>
    protected internal override void OnForgotten()
    {
        lock (Root.Gate)
        {
            LetGoIfIdle();
        }
    }

    /// <summary>Drops a pristine node that nobody references from its directory, and the directory after it if that was
    /// its last; discards an unlinked one. Under the gate.</summary>
    internal void LetGoIfIdle()
    {
        if (Root.IsRemoved)
        {
            return; // all of it goes at once
        }

        if (Links == 0 && !IsHeld)
        {
            Vacate();
        }

        TreeNode node = this;
        while (!node.IsReferenced && !node.IsHeld)
        {
            if (node.Links == 0)
            {
                node.Discard();
                return;
            }

            if (node.Origin is not { } parent)
            {
                return;
            }

            node.Origin = null;
            parent.DropLive(node.ListingIndex);
            node = parent;
        }
    }
}
