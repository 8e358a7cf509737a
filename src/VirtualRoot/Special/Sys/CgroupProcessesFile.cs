using System.Buffers;
using System.Globalization;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Proc;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Sys;

/// <summary>cgroup.procs: the processes that the caller sees, by its own numbers; or how many they are.</summary>
/// <param name="context">The root's.</param>
/// <param name="inode">The inode number.</param>
/// <param name="countOnly">pids.current.</param>
internal sealed class CgroupProcessesFile(SpecialContext context, ulong inode, bool countOnly) : GeneratedFile(context, inode)
{
    /// <inheritdoc/>
    protected override Errno Generate(in Caller opener, ArrayBufferWriter<byte> content)
    {
        List<(int Number, int Pid)> visible = [];
        if (Context.Processes.TryPin(in opener, out ProcessPin? pin))
        {
            Context.Processes.ListProcesses(pin, visible);
        }

        string text = countOnly
            ? string.Create(CultureInfo.InvariantCulture, $"{visible.Count}\n")
            : string.Concat(visible.Select(static process => process.Number).Order().Select(static number => $"{number}\n"));
        Encoding.ASCII.GetBytes(text, content);
        return Errno.Success;
    }
}
