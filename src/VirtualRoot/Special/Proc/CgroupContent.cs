using System.Buffers;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>cgroup: the action sees itself at the top of a version 2 hierarchy, as in a cgroup namespace of its own.</summary>
internal sealed class CgroupContent : IProcessContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        content.Write("0::/\n"u8);
        return view.Target.IsAlive() ? Errno.Success : Errno.ESRCH;
    }
}
