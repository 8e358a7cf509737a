using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// Stands under the text of a descriptor's link for what the descriptor leads to: a pipe, a terminal or a file outside the
/// root, which the daemon opens anew on the caller's behalf and reads and writes for it. What it leads to is found again
/// at each operation, so the node holds no descriptor.
/// </summary>
internal sealed class DescriptorProxy(SpecialContext context, ProcessIdentity identity, byte[] name)
    : SpecialFile(SpecialInode.Of(identity, name))
{
    /// <summary>A socket shows as one: the kernel itself then answers ENXIO to open, as on procfs.</summary>
    public override NodeKind Kind => name.AsSpan().StartsWith("socket:"u8) ? NodeKind.Socket : NodeKind.File;

    /// <inheritdoc/>
    public override bool NameIsStable => false;

    /// <inheritdoc/>
    public override ulong AttributesLine => SpecialLine.OfLinks(identity);

    /// <inheritdoc/>
    public override ulong OpenLine => SpecialLine.OfLinks(identity);

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        Errno errno = context.ProcessAttributes(this, 0x180, identity, out attributes);
        if (errno != Errno.Success)
        {
            return errno;
        }

        errno = TryTake(out DescriptorTarget? target);
        if (target is null)
        {
            return errno;
        }

        using (target)
        {
            // The owner is the process's, so that the kernel's own check lets it pass; Open is where rights are decided.
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
        Errno errno = ProcessView.TryOpenPrivate(context.Processes, in caller, identity, out _);
        if (errno != Errno.Success)
        {
            return errno;
        }

        errno = TryTake(out DescriptorTarget? target);
        if (target is null)
        {
            return errno;
        }

        using (target)
        {
            uint wanted = (OpenMode.Reads(flags) ? 4u : 0) | (OpenMode.Writes(flags) ? 2u : 0);
            if (wanted == 0)
            {
                return Errno.EINVAL;
            }

            return (target.Allowed(caller.Uid) & wanted) != wanted
                ? Errno.EACCES
                : DescriptorOpener.Open(context, target, flags, out handle);
        }
    }

    private Errno TryTake(out DescriptorTarget? target)
    {
        target = null;
        return context.Processes.TryPin(identity, out ProcessPin? pin) && DescriptorSearch.TryFind(pin, name, out int number)
            ? DescriptorTarget.TryTake(pin, number, out target)
            : Errno.ENOENT;
    }
}
