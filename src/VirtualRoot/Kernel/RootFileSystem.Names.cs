using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>
/// Requests that make, remove or move names. Each is an attempt on what is in memory; where that does not suffice it is
/// deferred with copies of its names, and tried again when the directory is there.
/// </content>
public sealed partial class RootFileSystem
{
    private const uint FileTypeMask = 0xf000;

    /// <inheritdoc/>
    public FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry) =>
        Make(request, new NewNode(NodeKind.Directory, input.Mode), name, default, out entry);

    /// <inheritdoc/>
    public FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        NodeKind kind = (NodeKind)(input.Mode & FileTypeMask);
        if (kind is NodeKind.CharacterDevice or NodeKind.BlockDevice)
        {
            entry = default;
            return Errno.EPERM; // a whiteout of another overlay, or a way to a device: neither belongs in a root
        }

        return Make(request, new NewNode(kind == 0 ? NodeKind.File : kind, input.Mode), name, default, out entry);
    }

    /// <inheritdoc/>
    public FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry) =>
        Make(request, new NewNode(NodeKind.Symlink, 0x1ff), name, target, out entry);

    /// <inheritdoc/>
    public FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name) => Remove(request, name, directory: false);

    /// <inheritdoc/>
    public FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name) => Remove(request, name, directory: true);

    /// <inheritdoc/>
    public FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        if (!TryGetTree(request, out TreeDirectory? directory, out Errno errno))
        {
            return errno;
        }

        if (!TryGetOther(oldNodeId, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is not TreeNode target || target.Root != directory.Root)
        {
            return Errno.EXDEV;
        }

        errno = TryLink(directory, name, target, out entry, out TreeDirectory? notLoaded);
        return notLoaded is null ? errno : LinkLater(request, notLoaded, directory, name.ToArray(), target);
    }

    /// <inheritdoc/>
    public FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags)
    {
        if (!TryGetTree(request, out TreeDirectory? from, out Errno errno) || !TryGetOtherTree(newParent, out TreeDirectory? to, out errno))
        {
            return errno;
        }

        if (from.Root != to.Root)
        {
            return Errno.EXDEV; // mv copies then
        }

        if (IsReserved(from, oldName) || IsReserved(to, newName))
        {
            return Errno.EBUSY;
        }

        if (newName.Length > MaxNameBytes)
        {
            return Errno.ENAMETOOLONG;
        }

        TreeDirectory? notLoaded;
        lock (from.Root.Gate)
        {
            errno = from.Rename(oldName, to, newName, flags, out notLoaded);
        }

        return notLoaded is null ? errno : RenameLater(request, notLoaded, from, oldName.ToArray(), to, newName.ToArray(), flags);
    }

    private FuseResult Make(in FuseRequest request, NewNode made, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry)
    {
        entry = default;
        if (!TryGetTree(request, out TreeDirectory? directory, out Errno errno))
        {
            return errno;
        }

        if (IsReserved(directory, name))
        {
            return Errno.EEXIST;
        }

        errno = TryMake(CallerOf(request), directory, made, name, target, out entry, out bool notLoaded);
        return notLoaded ? MakeLater(request, directory, made, name.ToArray(), target.ToArray()) : errno;
    }

    /// <summary>Makes a node under a name that must be free, and names it in the reply.</summary>
    private Errno TryMake(
        in Caller caller,
        TreeDirectory directory,
        NewNode made,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        out FuseEntryOut entry,
        out bool notLoaded)
    {
        entry = default;
        notLoaded = false;
        if (name.Length > MaxNameBytes)
        {
            return Errno.ENAMETOOLONG;
        }

        lock (directory.Root.Gate)
        {
            switch (directory.Find(name, out _))
            {
                case NameState.NotLoaded:
                    notLoaded = true;
                    return Errno.Success;
                case NameState.Present:
                    return Errno.EEXIST;
                default:
                    break;
            }

            Errno errno = directory.Make(name, made.Kind, made.Mode, caller, target, out TreeNode? child);
            if (errno == Errno.Success)
            {
                Name(child!, out entry);
                if (made.Opens)
                {
                    ((TreeFile)child!).Open(Writes(made.Flags));
                }
            }

            return errno;
        }
    }

    private FuseResult MakeLater(in FuseRequest request, TreeDirectory directory, NewNode made, byte[] name, byte[] target) =>
        Later(request, directory, pending =>
        {
            Errno errno = TryMake(CallerOf(pending), directory, made, name, target, out FuseEntryOut entry, out bool notLoaded);
            if (notLoaded)
            {
                return directory;
            }

            Reply(pending, errno, entry);
            return null;
        });

    private FuseResult Remove(in FuseRequest request, ReadOnlySpan<byte> name, bool directory)
    {
        if (!TryGetTree(request, out TreeDirectory? parent, out Errno errno))
        {
            return errno;
        }

        if (IsReserved(parent, name))
        {
            return Errno.EPERM;
        }

        errno = TryRemove(parent, name, directory, out TreeDirectory? notLoaded);
        return notLoaded is null ? errno : RemoveLater(request, notLoaded, parent, name.ToArray(), directory);
    }

    private static Errno TryRemove(TreeDirectory parent, ReadOnlySpan<byte> name, bool directory, out TreeDirectory? notLoaded)
    {
        lock (parent.Root.Gate)
        {
            return directory ? parent.RemoveDirectory(name, out notLoaded) : parent.Unlink(name, out notLoaded);
        }
    }

    private static FuseResult RemoveLater(in FuseRequest request, TreeDirectory load, TreeDirectory parent, byte[] name, bool directory) =>
        Later(request, load, pending =>
        {
            Errno errno = TryRemove(parent, name, directory, out TreeDirectory? notLoaded);
            if (notLoaded is null)
            {
                pending.Reply(errno);
            }

            return notLoaded;
        });

    private Errno TryLink(TreeDirectory directory, ReadOnlySpan<byte> name, TreeNode target, out FuseEntryOut entry, out TreeDirectory? notLoaded)
    {
        entry = default;
        lock (directory.Root.Gate)
        {
            Errno errno = directory.Link(name, target, out notLoaded);
            if (errno == Errno.Success && notLoaded is null)
            {
                Name(target, out entry);
            }

            return errno;
        }
    }

    private FuseResult LinkLater(in FuseRequest request, TreeDirectory load, TreeDirectory directory, byte[] name, TreeNode target) =>
        Later(request, load, pending =>
        {
            Errno errno = TryLink(directory, name, target, out FuseEntryOut entry, out TreeDirectory? notLoaded);
            if (notLoaded is null)
            {
                Reply(pending, errno, entry);
            }

            return notLoaded;
        });

    private static FuseResult RenameLater(
        in FuseRequest request, TreeDirectory load, TreeDirectory from, byte[] oldName, TreeDirectory to, byte[] newName, uint flags) =>
        Later(request, load, pending =>
        {
            Errno errno;
            TreeDirectory? notLoaded;
            lock (from.Root.Gate)
            {
                errno = from.Rename(oldName, to, newName, flags, out notLoaded);
            }

            if (notLoaded is null)
            {
                pending.Reply(errno);
            }

            return notLoaded;
        });

    /// <summary>Names that stay what they are: /dev/null may not be replaced by a compiler's output, nor /proc/meminfo by
    /// anything but what the input root ships under the name.</summary>
    private static bool IsReserved(TreeDirectory directory, ReadOnlySpan<byte> name)
    {
        if (directory.Special is not { } special || !special.HasName(name) || special.ComesFirst(name))
        {
            return directory.Special?.ComesFirst(name) ?? false;
        }

        lock (directory.Root.Gate)
        {
            return directory.Find(name, out _) != NameState.Present;
        }
    }

    private readonly record struct NewNode(NodeKind Kind, uint Mode, bool Opens = false, int Flags = 0);
}
