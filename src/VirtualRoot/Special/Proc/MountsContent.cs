using System.Buffers;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>mounts and mountinfo: the root, and the special directories as the file systems that they stand for, since the
/// JVM, cmake and ninja look here for the cgroup hierarchy. The kernel shows a chrooted process none at all.</summary>
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
            content.Write("proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n"u8);
            content.Write("sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0\n"u8);
            content.Write("cgroup2 /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec,relatime 0 0\n"u8);
            return Errno.Success;
        }

        (uint major, uint minor) = context.Mount.Device;
        content.Write(Encoding.ASCII.GetBytes($"1 0 {major}:{minor} / / rw,nosuid,nodev,relatime - fuse.vroot vroot rw\n"));
        content.Write("2 1 0:2 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"u8);
        content.Write("3 1 0:3 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro\n"u8);
        content.Write("4 3 0:4 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 ro\n"u8);
        return Errno.Success;
    }
}
