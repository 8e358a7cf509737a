using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>A file of a process's directory. The right to read it is checked when it is opened, by the caller of the open;
/// later reads may come by another process that inherited the descriptor, and show what the opener may see.</summary>
internal sealed class ProcessFile(
    SpecialContext context, ProcessIdentity identity, ulong inode, uint permissions, IProcessContent content, bool nameIsStable = true, bool isPrivate = true)
    : SpecialFile(inode)
{
    /// <inheritdoc/>
    public override bool IsGenerated => true;

    /// <inheritdoc/>
    public override bool NameIsStable => nameIsStable;

    /// <inheritdoc/>
    public override bool AttributesAreStable => false;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) =>
        context.ProcessAttributes(in caller, this, permissions, identity, out attributes);

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        if (!OpenMode.IsReadOnly(flags))
        {
            return Errno.EACCES;
        }

        Errno errno = isPrivate
            ? ProcessView.TryOpenPrivate(context.Processes, in caller, identity, out ProcessView view)
            : ProcessView.TryOpenPublic(context.Processes, in caller, identity, out view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        handle = new GeneratedHandle(
            writer => view.TryRenew(out ProcessView renewed) ? content.Generate(context, in renewed, writer) : Errno.ESRCH, line: Inode);
        return Errno.Success;
    }
}
