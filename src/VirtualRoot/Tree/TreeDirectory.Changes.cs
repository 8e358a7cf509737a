using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <content>Changing names. Permission checks are the kernel's (default_permissions); what it cannot know is checked here.</content>
public sealed partial class TreeDirectory
{
    private const uint SetGid = 0x400; // S_ISGID

    /// <summary>Whether an entry may be made here: an unlinked directory takes none.</summary>
    private bool IsGone => Links == 0;

    /// <summary>Makes something new under a name that is free.</summary>
    /// <param name="name">The name; the caller has seen that it is free (<see cref="Find"/>), under the same hold of the gate.</param>
    /// <param name="kind">What to make.</param>
    /// <param name="mode">Permission bits, the caller's umask applied.</param>
    /// <param name="caller">Who makes it.</param>
    /// <param name="target">A link's target.</param>
    /// <param name="child">Set on success.</param>
    /// <returns>ENOENT if this directory has been removed, ENOSPC if the root's inodes are used up.</returns>
    internal Errno Make(ReadOnlySpan<byte> name, NodeKind kind, uint mode, in Caller caller, ReadOnlySpan<byte> target, out TreeNode? child)
    {
        child = null;
        if (IsGone)
        {
            return Errno.ENOENT;
        }

        if (!Quota.TryTakeInode())
        {
            return Errno.ENOSPC;
        }

        NodeMetadata metadata = NewMetadata(kind, mode, caller);
        child = kind switch
        {
            NodeKind.Directory => new TreeDirectory(this, Root.Inodes.NextCreated(), metadata) { IsLog = IsLog },
            NodeKind.Symlink => new TreeLink(Root, target, metadata) { IsLog = IsLog },
            NodeKind.File => new TreeFile(Root, metadata) { IsLog = IsLog },
            _ => new TreePipe(Root, kind, metadata) { IsLog = IsLog },
        };
        child.IsCounted = true;
        return Add(name, child);
    }

    /// <summary>Makes a file without a name (O_TMPFILE), which may get one later.</summary>
    internal Errno MakeUnnamed(uint mode, in Caller caller, out TreeFile? file)
    {
        file = null;
        if (IsGone)
        {
            return Errno.ENOENT;
        }

        if (!Quota.TryTakeInode())
        {
            return Errno.ENOSPC;
        }

        file = new TreeFile(Root, NewMetadata(NodeKind.File, mode, caller)) { IsCounted = true, IsLog = IsLog, Links = 0, IsLinkable = true };
        Root.Deleted.Add(file, this, Encoding.ASCII.GetBytes($"#{file.Inode}"));
        return Errno.Success;
    }

    /// <summary>Adds <paramref name="child"/> under a name that is free. The caller has seen that it is
    /// (<see cref="Find"/>), under the same hold of the gate.</summary>
    /// <returns>ENOENT if this directory has been removed.</returns>
    internal Errno Add(ReadOnlySpan<byte> name, TreeNode child)
    {
        if (IsGone)
        {
            return Errno.ENOENT;
        }

        Promote();
        SetUpper(name, child);
        Touch();
        return Errno.Success;
    }

    /// <summary>Attributes for something new in this directory: the caller's uid and gid, or the directory's group where
    /// that is set-group-ID.</summary>
    internal NodeMetadata NewMetadata(NodeKind kind, uint mode, in Caller caller)
    {
        GetAttributes(out NodeAttributes own);
        bool inheritsGroup = (own.Permissions & SetGid) != 0;
        NodeTime now = NodeTime.Now(Root.Clock);
        return new NodeMetadata
        {
            Permissions = (mode & 0xfff) | (inheritsGroup && kind == NodeKind.Directory ? SetGid : 0),
            Uid = caller.Uid,
            Gid = inheritsGroup ? own.Gid : caller.Gid,
            AccessTime = now,
            ModificationTime = now,
            ChangeTime = now,
            BirthTime = now,
        };
    }

    /// <summary>Removes a name that leads to anything but a directory.</summary>
    internal Errno Unlink(ReadOnlySpan<byte> name, out TreeDirectory? notLoaded)
    {
        Errno errno = FindExisting(name, out TreeNode? child, out notLoaded);
        if (errno != Errno.Success || child is null)
        {
            return errno;
        }

        if (child.Kind == NodeKind.Directory)
        {
            return Errno.EISDIR;
        }

        Remove(name, child);
        return Errno.Success;
    }

    /// <summary>Removes an empty directory.</summary>
    internal Errno RemoveDirectory(ReadOnlySpan<byte> name, out TreeDirectory? notLoaded)
    {
        Errno errno = FindExisting(name, out TreeNode? child, out notLoaded);
        if (errno != Errno.Success || child is null)
        {
            return errno;
        }

        if (child is not TreeDirectory directory)
        {
            return Errno.ENOTDIR;
        }

        errno = directory.CheckRemovable(out notLoaded);
        if (errno == Errno.Success && notLoaded is null)
        {
            Remove(name, child);
        }

        return errno;
    }

    /// <summary>Adds another name for a file.</summary>
    internal Errno Link(ReadOnlySpan<byte> name, TreeNode target, out TreeDirectory? notLoaded)
    {
        notLoaded = null;
        if (target.Kind == NodeKind.Directory)
        {
            return Errno.EPERM;
        }

        switch (Find(name, out _))
        {
            case NameState.Present:
                return Errno.EEXIST;
            case NameState.NotLoaded:
                notLoaded = this;
                return Errno.Success;
            default:
                break;
        }

        if (target.Links == 0 && target is not TreeFile { IsLinkable: true })
        {
            return Errno.ENOENT;
        }

        NodeMetadata metadata = target.ChangeMetadata();
        Errno errno = Add(name, target);
        if (errno == Errno.Success)
        {
            target.Links++;
            Root.Deleted.Remove(target);
            if (target is TreeFile file)
            {
                file.IsLinkable = false;
            }

            metadata.ChangeTime = NodeTime.Now(Root.Clock);
        }

        return errno;
    }

    /// <summary>Whether this directory may be removed or replaced: empty, and not one that the root itself needs.</summary>
    private Errno CheckRemovable(out TreeDirectory? notLoaded)
    {
        notLoaded = null;
        if (Special is not null || Parent == this)
        {
            return Errno.EBUSY;
        }

        if (!IsLoaded())
        {
            notLoaded = this;
            return Errno.Success;
        }

        int hidden = 0;
        if (_upper is not null)
        {
            foreach ((byte[] name, TreeNode? child) in _upper)
            {
                if (child is not null)
                {
                    return Errno.ENOTEMPTY;
                }

                hidden += _lower?.Find(name) >= 0 ? 1 : 0;
            }
        }

        return hidden < (_lower?.Count ?? 0) ? Errno.ENOTEMPTY : Errno.Success;
    }

    private Errno FindExisting(ReadOnlySpan<byte> name, out TreeNode? child, out TreeDirectory? notLoaded)
    {
        NameState state = Find(name, out child);
        notLoaded = state == NameState.NotLoaded ? this : null;
        return state == NameState.Absent ? Errno.ENOENT : Errno.Success;
    }

    /// <summary>Takes away a name whose node is <paramref name="child"/>; the node goes with its last name once nobody
    /// uses it.</summary>
    private void Remove(ReadOnlySpan<byte> name, TreeNode child)
    {
        Hide(name, child);
        Touch();
        NodeMetadata metadata = child.ChangeMetadata();
        metadata.ChangeTime = NodeTime.Now(Root.Clock);
        if (--child.Links == 0 && child is not TreeDirectory)
        {
            Root.Deleted.Add(child, this, name);
        }

        child.LetGoIfIdle();
    }

    /// <summary>Takes a name out of this directory, leaving a whiteout where an input is below.</summary>
    private void Hide(ReadOnlySpan<byte> name, TreeNode child)
    {
        child.Promote();
        Promote();
        if (_lower?.Find(name) >= 0)
        {
            SetUpper(name, null);
        }
        else
        {
            _upper?.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name);
        }
    }

    /// <summary>The directory's contents changed now.</summary>
    private void Touch()
    {
        NodeMetadata metadata = ChangeMetadata();
        metadata.ModificationTime = metadata.ChangeTime = NodeTime.Now(Root.Clock);
    }
}
