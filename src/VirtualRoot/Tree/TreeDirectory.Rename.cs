using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <content>rename(2).</content>
public sealed partial class TreeDirectory
{
    /// <summary>RENAME_NOREPLACE.</summary>
    internal const uint RenameNoReplace = 1;

    /// <summary>RENAME_EXCHANGE.</summary>
    internal const uint RenameExchange = 2;

    /// <summary>Moves <paramref name="oldName"/> of this directory to <paramref name="newName"/> of
    /// <paramref name="target"/>, as renameat2(2) tells.</summary>
    /// <param name="oldName">The name here.</param>
    /// <param name="target">The directory that gets it; may be this one.</param>
    /// <param name="newName">The name there.</param>
    /// <param name="flags">0, RENAME_NOREPLACE or RENAME_EXCHANGE; anything else is EINVAL.</param>
    /// <param name="notLoaded">A directory that must be loaded before this can be decided; nothing has changed then.</param>
    internal Errno Rename(ReadOnlySpan<byte> oldName, TreeDirectory target, ReadOnlySpan<byte> newName, uint flags, out TreeDirectory? notLoaded)
    {
        if (flags is not 0 and not RenameNoReplace and not RenameExchange)
        {
            notLoaded = null;
            return Errno.EINVAL;
        }

        Errno errno = FindExisting(oldName, out TreeNode? source, out notLoaded);
        if (errno != Errno.Success || source is null)
        {
            return errno;
        }

        NameState state = target.Find(newName, out TreeNode? victim);
        if (state == NameState.NotLoaded)
        {
            notLoaded = target;
            return Errno.Success;
        }

        errno = CheckRename(source, target, victim, flags, out notLoaded);
        if (errno != Errno.Success || notLoaded is not null || source == victim)
        {
            return errno;
        }

        if (flags == RenameExchange)
        {
            Exchange(oldName, source, target, newName, victim!);
        }
        else
        {
            Replace(oldName, source, target, newName, victim);
        }

        return Errno.Success;
    }

    private Errno CheckRename(TreeNode source, TreeDirectory target, TreeNode? victim, uint flags, out TreeDirectory? notLoaded)
    {
        notLoaded = null;
        if (target.IsGone)
        {
            return Errno.ENOENT;
        }

        if (source is TreeDirectory moved)
        {
            if (moved.Special is not null)
            {
                return Errno.EBUSY;
            }

            if (moved.Contains(target))
            {
                return Errno.EINVAL;
            }
        }

        if (flags == RenameExchange)
        {
            return victim switch
            {
                null => Errno.ENOENT,
                TreeDirectory { Special: not null } => Errno.EBUSY,
                TreeDirectory other when other.Contains(this) => Errno.EINVAL,
                _ => Errno.Success,
            };
        }

        if (victim is null || victim == source)
        {
            return Errno.Success;
        }

        if (flags == RenameNoReplace)
        {
            return Errno.EEXIST;
        }

        if (victim is not TreeDirectory replaced)
        {
            return source is TreeDirectory ? Errno.ENOTDIR : Errno.Success;
        }

        return source is TreeDirectory ? replaced.CheckRemovable(out notLoaded) : Errno.EISDIR;
    }

    private void Replace(ReadOnlySpan<byte> oldName, TreeNode source, TreeDirectory target, ReadOnlySpan<byte> newName, TreeNode? victim)
    {
        if (victim is not null)
        {
            target.Remove(newName, victim);
        }

        Hide(oldName, source);
        target.Promote();
        target.SetUpper(newName, source);
        Moved(source, target);
        Touch();
        target.Touch();
    }

    private void Exchange(ReadOnlySpan<byte> oldName, TreeNode source, TreeDirectory target, ReadOnlySpan<byte> newName, TreeNode victim)
    {
        source.Promote();
        victim.Promote();
        SetUpper(oldName, victim);
        target.SetUpper(newName, source);
        Moved(source, target);
        Moved(victim, this);
        Touch();
        target.Touch();
    }

    private static void Moved(TreeNode node, TreeDirectory to)
    {
        if (node is TreeDirectory directory)
        {
            directory.Parent = to;
        }

        node.ChangeMetadata().ChangeTime = NodeTime.Now(node.Root.Clock);
    }

    /// <summary>Whether <paramref name="node"/> is this directory or lies below it.</summary>
    private bool Contains(TreeNode node)
    {
        for (TreeDirectory? at = node as TreeDirectory; at is not null; at = at.Parent == at ? null : at.Parent)
        {
            if (at == this)
            {
                return true;
            }
        }

        return false;
    }
}
