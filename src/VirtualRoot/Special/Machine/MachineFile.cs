using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Proc;

namespace VirtualRoot.Special.Machine;

/// <summary>A file of /proc or /sys that tells of the machine.</summary>
/// <param name="context">The root's.</param>
/// <param name="inode">The inode number.</param>
/// <param name="content">Its text.</param>
internal sealed class MachineFile(SpecialContext context, ulong inode, IMachineContent content) : SpecialFile(inode)
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

        handle = new GeneratedHandle(writer => content.Generate(context, writer));
        return Errno.Success;
    }
}
