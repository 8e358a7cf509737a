using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>SETATTR: chmod, chown, utimensat, truncate. Who may is the kernel's check.</content>
public sealed partial class RootFileSystem
{
    private const FuseSetAttrValid NotOfTruncate =
        FuseSetAttrValid.Mode | FuseSetAttrValid.Uid | FuseSetAttrValid.Gid | FuseSetAttrValid.Atime;

    /// <inheritdoc/>
    public FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = default;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is SpecialNode special)
        {
            return input.Valid.HasFlag(FuseSetAttrValid.Size) && (input.Valid & NotOfTruncate) == 0
                ? TruncateSpecial(request, special, input.Size)
                : special.ChangeRefusal;
        }

        if (node is not TreeNode changed)
        {
            return Errno.EPERM; // a directory above the roots
        }

        Errno errno = TrySetAttributes(changed, input, out attributes, out bool needsCopyUp, out bool isBacked);
        return needsCopyUp || isBacked ? SetAttrLater(request, (TreeFile)changed, input, needsCopyUp) : errno;
    }

    private static FuseResult SetAttrLater(in FuseRequest request, TreeFile file, FuseSetAttrIn input, bool needsCopyUp) =>
        Later(request, file, async (pending, gone) =>
        {
            Errno errno;
            FuseAttrOut attributes = default;
            bool isBacked = !needsCopyUp;
            do
            {
                errno = isBacked ? await file.WaitUntilUnbackedAsync(gone).ConfigureAwait(false) : Errno.Success;
                if (errno != Errno.Success)
                {
                    break;
                }

                if (needsCopyUp)
                {
                    await file.CopyUpAsync(gone).ConfigureAwait(false);
                }

                errno = TrySetAttributes(file, input, out attributes, out needsCopyUp, out isBacked);
            }
            while (needsCopyUp || isBacked);

            if (errno == Errno.Success)
            {
                pending.ReplyAttributes(attributes);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private static Errno TrySetAttributes(
        TreeNode node, in FuseSetAttrIn input, out FuseAttrOut attributes, out bool needsCopyUp, out bool isBacked)
    {
        attributes = default;
        needsCopyUp = isBacked = false;
        FuseSetAttrValid valid = input.Valid;
        lock (node.Root.Gate)
        {
            if (valid.HasFlag(FuseSetAttrValid.Size))
            {
                if (node is not TreeFile file)
                {
                    return node.Kind == NodeKind.Directory ? Errno.EISDIR : Errno.EINVAL;
                }

                isBacked = file is { IsBacked: true, IsReadOnlyInput: false };
                if (isBacked)
                {
                    return Errno.Success;
                }

                Errno errno = file.Truncate(input.Size, out needsCopyUp);
                if (errno != Errno.Success || needsCopyUp)
                {
                    return errno;
                }
            }

            Apply(node, input);
            // Nothing at all to change: so the kernel tells of fallocate and copy_file_range by ordinary users, and of chown to -1 and -1.
            if (valid.HasFlag(FuseSetAttrValid.KillSuidGid) || (valid == 0 && node.Kind != NodeKind.Directory))
            {
                node.DropPrivileges();
            }

            node.GetAttributes(out NodeAttributes found);
            attributes = new FuseAttrOut { AttrValid = Forever, Attr = WireAttributes.From(found) };
            return Errno.Success;
        }
    }

    private static void Apply(TreeNode node, in FuseSetAttrIn input)
    {
        NodeMetadata metadata = node.ChangeMetadata();
        FuseSetAttrValid valid = input.Valid;
        NodeTime now = NodeTime.Now(node.Root.Clock);
        if (valid.HasFlag(FuseSetAttrValid.Mode))
        {
            metadata.Permissions = input.Mode & 0xfff;
        }

        if (valid.HasFlag(FuseSetAttrValid.Uid))
        {
            metadata.Uid = input.Uid;
        }

        if (valid.HasFlag(FuseSetAttrValid.Gid))
        {
            metadata.Gid = input.Gid;
        }

        if (valid.HasFlag(FuseSetAttrValid.Atime))
        {
            metadata.AccessTime = valid.HasFlag(FuseSetAttrValid.AtimeNow) ? now : new NodeTime(input.Atime, input.AtimeNsec);
        }

        if (valid.HasFlag(FuseSetAttrValid.Mtime))
        {
            metadata.ModificationTime = valid.HasFlag(FuseSetAttrValid.MtimeNow) ? now : new NodeTime(input.Mtime, input.MtimeNsec);
        }

        metadata.ChangeTime = now;
    }
}
