using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Dev;

/// <summary>A real character device: the kernel opens the device itself and never asks us.</summary>
internal sealed class DeviceNode(SpecialContext context, ulong inode, uint major, uint minor) : SpecialFile(inode)
{
    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.CharacterDevice;

    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        // new_encode_dev: minor bits 0-7, major bits 8-19, minor bits 20-31.
        attributes = context.Attributes(this, 0x1b6, (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        return Errno.ENXIO;
    }
}
