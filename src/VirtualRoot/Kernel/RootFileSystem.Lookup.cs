using VirtualRoot.Building;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>LOOKUP, READLINK and attributes.</content>
public sealed partial class RootFileSystem
{
    private const int MaxNameBytes = 255;

    /// <inheritdoc/>
    public FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        if (name.Length > MaxNameBytes)
        {
            return Errno.ENAMETOOLONG;
        }

        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is not TreeDirectory directory)
        {
            return node switch
            {
                SpecialDirectory special => LookupSpecial(request, special, name, out entry),
                OuterDirectory outer => LookupOuter(outer, name, out entry),
                _ => Errno.ENOTDIR,
            };
        }

        SpecialDirectory? union = directory.Special;
        if (union is not null && union.ComesFirst(name))
        {
            return LookupSpecial(request, union, name, out entry);
        }

        NameState state;
        lock (directory.Root.Gate)
        {
            state = directory.Find(name, out TreeNode? child);
            if (state == NameState.Present)
            {
                Name(child!, out entry);
                return FuseResult.Success;
            }
        }

        if (state == NameState.NotLoaded)
        {
            return LookupLater(request, directory, name);
        }

        if (union is not null)
        {
            return LookupSpecial(request, union, name, out entry);
        }

        if (DeletedNodes.IsName(name))
        {
            return LookupDeleted(directory, name, out entry);
        }

        entry.EntryValid = Forever; // a name that is not there, for the kernel to remember
        return FuseResult.Success;
    }

    /// <summary>The file that <c>/proc/PID/fd/N</c> calls so. Such names come and go with what is open: the kernel keeps none.</summary>
    private FuseResult LookupDeleted(TreeDirectory directory, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        lock (directory.Root.Gate)
        {
            if (!directory.Root.Deleted.TryFind(directory, name, out TreeNode? deleted))
            {
                return Errno.ENOENT;
            }

            Name(deleted, out entry);
            entry.EntryValid = 0;
            return FuseResult.Success;
        }
    }

    /// <inheritdoc/>
    public FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = default;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is SpecialNode special)
        {
            return GetSpecialAttributes(request, special, out attributes);
        }

        GetAttributes(node, out NodeAttributes found);
        attributes = new FuseAttrOut { AttrValid = Forever, Attr = WireAttributes.From(found) };
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes)
    {
        attributes = default;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is SpecialNode special)
        {
            return StatxSpecial(request, special, out attributes);
        }

        GetAttributes(node, out NodeAttributes found);
        attributes = new FuseStatxOut { AttrValid = Forever, Stat = WireAttributes.StatxFrom(found) };
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        length = 0;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is SpecialLink special)
        {
            return ReadSpecialLink(request, special, target, out length);
        }

        if (node is not TreeLink link)
        {
            return Errno.EINVAL;
        }

        ReadOnlySpan<byte> text = link.Target;
        length = Math.Min(text.Length, target.Length);
        text[..length].CopyTo(target);
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics)
    {
        statistics = default;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        Root? root = node.Owner;
        int result = Syscall.Fstatfs(root?.Scratch.Descriptor ?? ((OuterDirectory)node).Scratch.Descriptor, out StatFsBuffer space);
        ulong blockSize = Math.Max(1, (ulong)space.FragmentSize);
        statistics = new FuseKstatfs
        {
            Blocks = space.Blocks,
            BFree = space.FreeBlocks,
            BAvail = space.AvailableBlocks,
            Files = space.Files,
            FFree = space.FreeFiles,
            BSize = (uint)space.BlockSize,
            FrSize = (uint)blockSize,
            NameLen = MaxNameBytes,
        };
        if (root is null)
        {
            return (Errno)(-result);
        }

        lock (root.Gate)
        {
            RootQuota quota = root.Quota;
            if (quota.MaxBytes is { } bytes)
            {
                // What the action may still write is the lesser of its quota and the disk.
                ulong free = Math.Min((ulong)quota.FreeBytes / blockSize, space.AvailableBlocks);
                statistics = statistics with { Blocks = (ulong)bytes / blockSize, BFree = free, BAvail = free };
            }

            if (quota.MaxInodes is { } inodes)
            {
                statistics = statistics with { Files = (ulong)inodes, FFree = (ulong)Math.Max(0, inodes - quota.UsedInodes) };
            }
        }

        return (Errno)(-result);
    }

    private FuseResult LookupLater(in FuseRequest request, TreeDirectory directory, ReadOnlySpan<byte> name)
    {
        byte[] copy = name.ToArray();
        return Later(request, directory, pending =>
        {
            FuseEntryOut entry = default;
            lock (directory.Root.Gate)
            {
                switch (directory.Find(copy, out TreeNode? child))
                {
                    case NameState.NotLoaded:
                        return directory;
                    case NameState.Present:
                        Name(child!, out entry);
                        break;
                    default:
                        entry.EntryValid = Forever;
                        break;
                }
            }

            pending.ReplyEntry(entry);
            return null;
        });
    }

    /// <summary>The attributes of a node that is not a special one.</summary>
    private static void GetAttributes(Node node, out NodeAttributes attributes)
    {
        if (node is not TreeNode tree)
        {
            ((OuterDirectory)node).GetAttributes(out attributes);
            return;
        }

        lock (tree.Root.Gate)
        {
            tree.GetAttributes(out attributes);
        }
    }

    /// <summary>A name above the roots. One that is not there may come, so the kernel keeps it only where names are fixed.</summary>
    private Errno LookupOuter(OuterDirectory directory, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        if (!directory.TryReference(_nodes, name, out Node? child))
        {
            entry.EntryValid = Forever;
            return directory.HasFixedNames ? Errno.Success : Errno.ENOENT;
        }

        GetAttributes(child, out NodeAttributes attributes);
        entry = new FuseEntryOut
        {
            NodeId = child.NodeId,
            EntryValid = Forever,
            AttrValid = Forever,
            Attr = WireAttributes.From(attributes),
        };
        return Errno.Success;
    }
}
