using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>exe, cwd and root of a process: the kernel's text as it reads below the caller's root directory.</summary>
internal sealed class ProcessLink(SpecialContext context, ProcessIdentity identity, ulong inode, byte[] path) : SpecialLink(inode)
{
    /// <inheritdoc/>
    public override bool AttributesAreStable => false;

    /// <inheritdoc/>
    public override ulong LinkLine => SpecialLine.OfLinks(identity);

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) =>
        context.ProcessAttributes(in caller, this, 0x1ff, identity, out attributes);

    /// <summary>A process's own links. Others' are read under a lock that execve(2) holds while it may wait for us; a process
    /// cannot get there before its other threads have ended, and this one waits in the kernel until it has its answer.</summary>
    public override bool ReadsAtOnce(in Caller caller) =>
        context.Processes.TryPin(in caller, out ProcessPin? viewer)
        && (identity.Pid == viewer.ThreadGroup || identity.Pid == viewer.Identity.Pid);

    /// <summary>READLINK. What lies outside the caller's root is ENOENT: its text would name something else in there, and
    /// tell a path of the machine.</summary>
    public override Errno ReadLink(in Caller caller, Span<byte> target, out int length)
    {
        length = 0;
        Errno errno = ProcessView.TryOpenPrivate(context.Processes, in caller, identity, out ProcessView view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        Span<byte> buffer = stackalloc byte[4096];
        ReadOnlySpan<byte> root = view.ReadRoot(buffer);
        errno = view.Target.ReadLink(path, target, out length);
        if (errno != Errno.Success)
        {
            return errno == Errno.ESRCH ? Errno.ENOENT : errno;
        }

        return RootedPath.TryStrip(target, ref length, root) ? Errno.Success : Errno.ENOENT;
    }
}
