using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>/proc/PID/task: the threads of a process, by the caller's numbers.</summary>
internal sealed class TaskDirectory : SpecialDirectory
{
    private readonly SpecialContext _context;
    private readonly ProcessIdentity _identity;
    private readonly SpecialChildren<ProcessIdentity> _threads;

    public TaskDirectory(SpecialContext context, ProcessIdentity identity, ulong inode)
        : base(inode)
    {
        _context = context;
        _identity = identity;
        _threads = new SpecialChildren<ProcessIdentity>(context.Table);
    }

    /// <inheritdoc/>
    public override bool AttributesAreStable => false;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) =>
        _context.ProcessAttributes(in caller, this, 0x16d, _identity, out attributes);

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = null;
        if (!ProcReader.TryParseNumber(name, out int number)
            || ProcessView.TryOpen(_context.Processes, in caller, _identity, out ProcessView view) != Errno.Success
            || !_context.Processes.TryFindThread(view.Viewer, view.Target, number, out ProcessPin? thread)
            || !thread.IsAlive())
        {
            return Errno.ENOENT;
        }

        child = _threads.Reference(thread.Identity, _context, static (identity, context) => new ProcessDirectory(context, identity, isThread: true));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno List(in Caller caller, List<SpecialEntry> entries)
    {
        Errno errno = ProcessView.TryOpen(_context.Processes, in caller, _identity, out ProcessView view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        List<int> threads = [];
        errno = view.Target.ListNumbers("task\0"u8, threads);
        foreach (int tid in threads)
        {
            if (_context.Processes.TryPin(tid, out ProcessPin? thread)
                && _context.Processes.ThreadNumber(view.Viewer, thread) is > 0 and int number)
            {
                entries.Add(new SpecialEntry(Encoding.ASCII.GetBytes(number.ToString()), NodeKind.Directory, ProcessDirectory.InodeOf(thread.Identity, isThread: true)));
            }
        }

        return errno == Errno.ESRCH ? Errno.ENOENT : errno;
    }
}
