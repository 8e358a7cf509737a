using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>mountstats: the mounts that <see cref="MountsContent"/> tells of.</summary>
internal sealed class MountStatisticsContent : IProcessContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        content.Write("device vroot mounted on / with fstype fuse.vroot\n"u8);
        content.Write("device proc mounted on /proc with fstype proc\n"u8);
        content.Write("device sysfs mounted on /sys with fstype sysfs\n"u8);
        content.Write("device cgroup2 mounted on /sys/fs/cgroup with fstype cgroup2\n"u8);
        return view.Target.IsAlive() ? Errno.Success : Errno.ESRCH;
    }
}
