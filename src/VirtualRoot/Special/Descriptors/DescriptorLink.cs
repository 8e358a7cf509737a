using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary><c>/proc/PID/fd/N</c>; its text is that of <see cref="DescriptorText"/>.</summary>
internal sealed class DescriptorLink(SpecialContext context, ProcessIdentity identity, int number) : SpecialLink(InodeOf(identity, number))
{
    /// <summary>Descriptors come and go by themselves.</summary>
    public override bool NameIsStable => false;

    /// <inheritdoc/>
    public override ulong LinkLine => SpecialLine.OfLinks(identity);

    /// <summary>The inode number of the link.</summary>
    public static ulong InodeOf(ProcessIdentity identity, int number)
    {
        Span<byte> path = stackalloc byte[24];
        Utf8.TryWrite(path, $"fd/{number}", out int length);
        return SpecialInode.Of(identity, path[..length]);
    }

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        Errno errno = context.ProcessAttributes(in caller, this, 0x140, identity, out attributes);
        if (errno != Errno.Success)
        {
            return errno;
        }

        // procfs tells a descriptor's access mode by the link's permissions (lr-x, l-wx, lrwx); the link itself is not
        // followed by statx, so no file system is asked.
        Span<byte> path = stackalloc byte[24];
        Utf8.TryWrite(path, $"fd/{number}\0", out int length);
        if (!context.Processes.TryPin(identity, out ProcessPin? pin)
            || pin.StatX(path[..length], StatXMask.STATX_MODE, out StatXBuffer link) != Errno.Success)
        {
            return Errno.ENOENT;
        }

        attributes.Permissions = link.Mode & 0x1ffu;
        attributes.Size = 64;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReadLink(in Caller caller, Span<byte> target, out int length)
    {
        length = 0;
        Errno errno = ProcessView.TryOpenPrivate(context.Processes, in caller, identity, out ProcessView view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        Span<byte> path = stackalloc byte[24];
        Utf8.TryWrite(path, $"fd/{number}\0", out int pathLength);
        errno = view.Target.ReadLink(path[..pathLength], target, out length);
        if (errno != Errno.Success)
        {
            return errno == Errno.ESRCH ? Errno.ENOENT : errno;
        }

        context.Followers.Tell(in caller, identity, number);
        if (target[..length] is not [(byte)'/', ..])
        {
            return Errno.Success;
        }

        if (IsPathOfLink(view.Target, path[..pathLength]))
        {
            // O_PATH | O_NOFOLLOW of a symbolic link: its path would lead on to where it points, and chmod(2) with it.
            DescriptorText.Hide(target, out length, number);
            return Errno.Success;
        }

        Span<byte> buffer = stackalloc byte[4096];
        DescriptorText.Translate(target, ref length, number, view.ReadRoot(buffer));
        if (DescriptorText.IsUnnamed(target[..length]) && DescriptorTarget.TryTake(view.Target, number, out DescriptorTarget? file) == Errno.Success)
        {
            using (file)
            {
                DescriptorText.NameByInode(target, ref length, file!.Attributes.Inode);
            }
        }

        return Errno.Success;
    }

    /// <summary>Whether the descriptor at <paramref name="path"/> is of a symbolic link itself. Its own link then has neither
    /// r nor w, as for any O_PATH; only then what it leads to is looked at.</summary>
    private bool IsPathOfLink(ProcessPin task, ReadOnlySpan<byte> path)
    {
        if (task.StatX(path, StatXMask.STATX_MODE, out StatXBuffer link) != Errno.Success || (link.Mode & 0x180) != 0
            || DescriptorTarget.TryTake(task, number, out DescriptorTarget? target) != Errno.Success)
        {
            return false;
        }

        using (target)
        {
            return target!.Kind == NodeKind.Symlink;
        }
    }
}
