using System.Buffers;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>mounts and mountinfo: one line, the root itself. The kernel shows a chrooted process none at all.</summary>
internal sealed class MountsContent(bool isInfo) : IProcessContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        if (!view.Target.IsAlive())
        {
            return Errno.ESRCH;
        }

        if (!isInfo)
        {
            content.Write("vroot / fuse.vroot rw,nosuid,nodev,relatime 0 0\n"u8);
            return Errno.Success;
        }

        (uint major, uint minor) = context.Mount.Device;
        content.Write(Encoding.ASCII.GetBytes($"1 0 {major}:{minor} / / rw,nosuid,nodev,relatime - fuse.vroot vroot rw\n"));
        return Errno.Success;
    }
}
