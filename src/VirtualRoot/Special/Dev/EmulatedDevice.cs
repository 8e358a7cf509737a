using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Dev;

/// <summary>A device as a regular file past the page cache, for mounts that may not hold real ones. Every open shares one
/// handle, which holds nothing.</summary>
internal sealed class EmulatedDevice(SpecialContext context, ulong inode, SpecialHandle shared) : SpecialFile(inode)
{
    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = context.Attributes(this, 0x1b6);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = shared;
        return Errno.Success;
    }
}
