using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>
/// Chooses what stands for a descriptor that has no path. A pipe that is read: a FIFO (<see cref="PipeProxy"/>), which is
/// what programs expect that look before they read; a pipe that is written, and all else: a file whose reads and writes come
/// to us (<see cref="DescriptorProxy"/>), since what went through a FIFO could come after what was written later.
/// </summary>
internal static class DescriptorProxies
{
    /// <summary>LOOKUP of the text <paramref name="name"/> of descriptor <paramref name="number"/> of <paramref name="task"/>;
    /// the node is returned with one reference counted.</summary>
    public static Errno Lookup(SpecialContext context, ProcessPin task, int number, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = null;
        bool isOutside = DescriptorText.TryParseOutside(name, out _);
        Errno errno = DescriptorTarget.TryTake(task, number, out DescriptorTarget? target, isNamedPipe: isOutside);
        if (target is null)
        {
            return errno is Errno.ESRCH ? Errno.ENOENT : errno;
        }

        bool isLink = target.Kind == NodeKind.Symlink;
        PipeProxy? pipe = null;
        DescriptorTarget? source = null;
        try
        {
            if (target.IsOn(context.Mount.Device) && context.Proxies.TryReference(target.Attributes.Inode, out child))
            {
                // A proxy that somebody opened: what is open is asked for once more.
                pipe = child as PipeProxy;
            }
            else if (target is { Kind: NodeKind.Fifo, IsReadable: true })
            {
                pipe = Reference(context, task, target);
                (child, source) = (pipe, pipe is null ? null : target);
            }
        }
        finally
        {
            if (source is null)
            {
                target.Dispose();
            }
        }

        if (pipe is not null)
        {
            errno = context.Pipes.Expect(pipe, source, task.Identity);
            if (errno == Errno.Success)
            {
                return Errno.Success;
            }

            context.Table.Forget(pipe);
            child = null;
        }

        child ??= context.Proxies.Reference(
            DescriptorProxy.InodeOf(task.Identity, name),
            (context, task.Identity, Name: Encoding.Latin1.GetString(name), isLink),
            static (inode, state) => new DescriptorProxy(inode, state.context, state.Identity, Encoding.Latin1.GetBytes(state.Name), state.isLink));
        return Errno.Success;
    }

    private static PipeProxy? Reference(SpecialContext context, ProcessPin task, DescriptorTarget target)
    {
        // The process's user owns the node, so that the kernel lets it pass: what it has open it can read.
        if (task.StatX("\0"u8, StatXMask.STATX_BASIC_STATS, out StatXBuffer directory) != Errno.Success)
        {
            return null;
        }

        return (PipeProxy)context.Proxies.Reference(
            PipeProxy.InodeOf(target, directory.UserId),
            (context, target, directory.UserId, directory.GroupId),
            static (inode, state) => new PipeProxy(inode, state.context, state.target, state.UserId, state.GroupId));
    }
}
