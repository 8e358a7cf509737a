using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>A file of the daemon's /proc that is the same for every process, passed on as it is (the live profile).</summary>
/// <param name="context">The root's.</param>
/// <param name="path">The path below /proc; ends in NUL.</param>
internal sealed class HostFile(SpecialContext context, byte[] path) : SpecialFile(SpecialInode.Of(path))
{
    /// <inheritdoc/>
    public override bool AttributesAreStable => false;

    /// <inheritdoc/>
    public override bool IsGenerated => true;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = context.Attributes(this, 0x124);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        if (!OpenMode.IsReadOnly(flags))
        {
            return Errno.EACCES;
        }

        handle = new GeneratedHandle(content => ProcReader.ReadAll(context.Processes.Proc, path, content));
        return Errno.Success;
    }
}
