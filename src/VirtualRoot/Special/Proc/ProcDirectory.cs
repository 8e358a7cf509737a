using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>/proc: the files of the machine that are on the allow-list, and the processes that the caller may see, under
/// the numbers that they have for the caller.</summary>
internal sealed class ProcDirectory : SpecialDirectory
{
    private readonly SpecialContext _context;
    private readonly StaticDirectory _fixed;
    private readonly SpecialChildren<ProcessIdentity> _processes;

    public ProcDirectory(SpecialContext context)
        : base(SpecialInode.Proc)
    {
        _context = context;
        _processes = new SpecialChildren<ProcessIdentity>(context.Table);
        _fixed = new StaticDirectory(context, SpecialInode.Proc, 0x16d, comesFirst: false, [
            ("self"u8.ToArray(), new SelfLink(context, SpecialInode.Of("proc/self"u8), thread: false)),
            ("thread-self"u8.ToArray(), new SelfLink(context, SpecialInode.Of("proc/thread-self"u8), thread: true)),
            ("mounts"u8.ToArray(), new TextLink(context, SpecialInode.Of("proc/mounts"u8), "self/mounts"u8.ToArray())),
            ("net"u8.ToArray(), new TextLink(context, SpecialInode.Of("proc/net"u8), "self/net"u8.ToArray())),
            .. context.Options.Modes.Proc == SpecialMode.Passthrough ? [] : MachineFiles.Top(context)]);
    }

    /// <inheritdoc/>
    public override bool HasName(ReadOnlySpan<byte> name) => _fixed.HasName(name);

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) =>
        _fixed.GetAttributes(in caller, out attributes);

    /// <summary>Special workers wait for the FIFO that is opened by such a name: it must not wait for one of them. The caller's
    /// own number needs the status and the attributes of tasks alone, which nothing blocks; others may need to be looked for.</summary>
    public override bool FindsInMemory(in Caller caller, ReadOnlySpan<byte> name) =>
        FifoEnds.IsName(name)
        || (ProcReader.TryParseNumber(name, out int number)
            && _context.Processes.TryPin(in caller, out ProcessPin? pin) && pin.ThreadGroups[^1] == number);

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        if (!ProcReader.TryParseNumber(name, out int number))
        {
            return FifoEnds.IsName(name) ? _context.Fifos.Lookup(in caller, name, out child) : _fixed.Lookup(in caller, name, out child);
        }

        child = null;
        if (!_context.Processes.TryPin(in caller, out ProcessPin? viewer)
            || !_context.Processes.TryFindProcess(viewer, number, out ProcessPin? process))
        {
            return Errno.ENOENT;
        }

        child = _processes.Reference(process.Identity, _context, static (identity, context) => new ProcessDirectory(context, identity, isThread: false));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno List(in Caller caller, List<SpecialEntry> entries)
    {
        _fixed.List(in caller, entries);
        if (_context.Processes.TryPin(in caller, out ProcessPin? viewer))
        {
            List<(int Number, int Pid)> visible = [];
            _context.Processes.ListProcesses(viewer, visible);
            foreach ((int number, int pid) in visible)
            {
                if (_context.Processes.TryPin(pid, out ProcessPin? pin))
                {
                    entries.Add(new SpecialEntry(Encoding.ASCII.GetBytes(number.ToString()), NodeKind.Directory, ProcessDirectory.InodeOf(pin.Identity, isThread: false)));
                }
            }
        }

        return Errno.Success;
    }
}
