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
internal sealed class CgroupProcessesFile(SpecialContext context, ulong inode, bool countOnly) : SpecialFile(inode)
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

        Caller viewer = caller;
        handle = new GeneratedHandle(writer =>
        {
            List<(int Number, int Pid)> visible = [];
            if (context.Processes.TryPin(in viewer, out ProcessPin? pin))
            {
                context.Processes.ListProcesses(pin, visible);
            }

            string text = countOnly
                ? string.Create(CultureInfo.InvariantCulture, $"{visible.Count}\n")
                : string.Concat(visible.Select(static process => process.Number).Order().Select(static number => $"{number}\n"));
            Encoding.ASCII.GetBytes(text, writer);
            return Errno.Success;
        });
        return Errno.Success;
    }
}
