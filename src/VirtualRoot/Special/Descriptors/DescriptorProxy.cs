using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// Stands under the text of a descriptor's link for what the descriptor leads to: a pipe, a terminal or a file outside the
/// root, which the daemon opens anew on the caller's behalf and reads and writes for it. What it leads to is found again
/// at each operation, so the node holds no descriptor; when the process has closed its own, by what was opened through here.
/// </summary>
internal sealed class DescriptorProxy(ulong inode, SpecialContext context, ProcessIdentity identity, byte[] name, bool isLink) : SpecialFile(inode)
{
    private readonly Lock _lock = new();
    private readonly List<SpecialHandle> _opened = [];

    /// <summary>A socket shows as one: the kernel itself then answers ENXIO to open, as on procfs.</summary>
    public override NodeKind Kind => name.AsSpan().StartsWith("socket:"u8) ? NodeKind.Socket : NodeKind.File;

    /// <inheritdoc/>
    public override bool NameIsStable => false;

    /// <summary>A symbolic link has no mode to change: the kernel says so of the descriptor of one.</summary>
    public override Errno ChangeRefusal => isLink ? Errno.EOPNOTSUPP : base.ChangeRefusal;

    /// <summary>The inode number of the proxy <paramref name="name"/> of a process.</summary>
    public static ulong InodeOf(ProcessIdentity identity, ReadOnlySpan<byte> name) => SpecialInode.Of(identity, name);

    /// <inheritdoc/>
    public override ulong AttributesLine => SpecialLine.OfLinks(identity);

    /// <inheritdoc/>
    public override ulong OpenLine => SpecialLine.OfLinks(identity);

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = context.Attributes(this, 0x180);
        Errno errno = TryTake(out DescriptorTarget? target);
        if (target is null)
        {
            return errno;
        }

        using (target)
        {
            // The owner is the process's, so that the kernel's own check lets it pass; Open is where rights are decided.
            if (context.ProcessAttributes(in caller, this, 0x180, identity, out NodeAttributes ofProcess) == Errno.Success)
            {
                attributes = ofProcess;
            }
            else
            {
                (attributes.Uid, attributes.Gid) = (target.Attributes.UserId, target.Attributes.GroupId);
            }

            attributes.Permissions = target.Allowed(attributes.Uid) << 6;
            attributes.Size = target.Kind == NodeKind.File ? target.Attributes.Size : 0;
            attributes.ModificationTime = new NodeTime(target.Attributes.ModificationTime.Seconds, target.Attributes.ModificationTime.Nanoseconds);
            return Errno.Success;
        }
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        Errno errno = TryTake(in caller, OpenMode.Access(flags), out DescriptorTarget? target);
        if (target is null)
        {
            return errno;
        }

        using (target)
        {
            errno = DescriptorOpener.Open(context, target, flags, out handle);
        }

        if (handle is not null)
        {
            lock (_lock)
            {
                _opened.RemoveAll(static opened => opened.File is not { IsClosed: false });
                _opened.Add(handle);
            }
        }

        return errno;
    }

    /// <summary>O_TRUNC and truncate(2). A log keeps what it has; a file that only a descriptor leads to is cut.</summary>
    public override Errno Truncate(in Caller caller, ulong size)
    {
        Errno errno = TryTake(in caller, (int)OpenFlags.O_WRONLY, out DescriptorTarget? target);
        if (target is null)
        {
            return errno;
        }

        using (target)
        {
            return target is { Kind: NodeKind.File, IsWithoutName: true } && !target.IsOn(context.Mount.Device)
                ? DescriptorOpener.Truncate(context, target, size)
                : Errno.Success;
        }
    }

    /// <summary>Takes hold of what the proxy stands for, if the caller may have <paramref name="access"/> to it.</summary>
    private Errno TryTake(in Caller caller, int access, out DescriptorTarget? target)
    {
        target = null;
        uint wanted = (OpenMode.Reads(access) ? 4u : 0) | (OpenMode.Writes(access) ? 2u : 0);
        if (wanted == 0)
        {
            return Errno.EINVAL;
        }

        Errno errno = TryTake(out DescriptorTarget? found);
        if (found is null)
        {
            return errno;
        }

        if ((found.Allowed(caller.Uid) & wanted) != wanted)
        {
            found.Dispose();
            return Errno.EACCES;
        }

        target = found;
        return Errno.Success;
    }

    private Errno TryTake(out DescriptorTarget? target)
    {
        target = null;
        if (context.Processes.TryPin(identity, out ProcessPin? pin) && DescriptorSearch.TryFind(pin, name, out int number)
            && DescriptorTarget.TryTake(pin, number, out target) == Errno.Success && (isLink || !target!.IsOn(context.Mount.Device) || context.FindText(target) is not null))
        {
            return Errno.Success;
        }

        target?.Dispose();
        target = null;
        SpecialHandle[] opened;
        lock (_lock)
        {
            opened = [.. _opened];
        }

        foreach (SpecialHandle handle in opened)
        {
            if (handle.File is { IsClosed: false } file && DescriptorTarget.TryTake(context.Processes.Proc, file, handle.Access, out target) == Errno.Success)
            {
                return Errno.Success;
            }
        }

        return Errno.ENOENT;
    }
}
