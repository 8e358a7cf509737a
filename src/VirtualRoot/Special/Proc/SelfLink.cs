using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>
/// /proc/self and /proc/thread-self: one node each, whose text is the caller's number in its own PID namespace. A LOOKUP
/// that varied by caller would unhash the dentry under other processes.
/// </summary>
internal sealed class SelfLink(SpecialContext context, ulong inode, bool thread) : SpecialLink(inode)
{
    /// <summary>Nothing blocks the status of a task, so the answer needs no worker: a warm caller's costs one system call.</summary>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = context.Attributes(this, 0x1ff);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno ReadLink(in Caller caller, Span<byte> target, out int length)
    {
        length = 0;
        if (!context.Processes.TryPin(in caller, out ProcessPin? pin))
        {
            return Errno.ENOENT;
        }

        return (thread
            ? Utf8.TryWrite(target, $"{pin.ThreadGroups[^1]}/task/{pin.Pids[^1]}", out length)
            : Utf8.TryWrite(target, $"{pin.ThreadGroups[^1]}", out length)) ? Errno.Success : Errno.ENAMETOOLONG;
    }
}
