using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>/proc/PID, and /proc/PID/task/TID, which is the same but for <c>task</c>.</summary>
internal sealed class ProcessDirectory : SpecialDirectory
{
    private readonly SpecialContext _context;
    private readonly ProcessIdentity _identity;
    private readonly bool _isThread;
    private readonly SpecialChildren<ProcessEntry> _children;

    public ProcessDirectory(SpecialContext context, ProcessIdentity identity, bool isThread)
        : base(InodeOf(identity, isThread))
    {
        _context = context;
        _identity = identity;
        _isThread = isThread;
        _children = new SpecialChildren<ProcessEntry>(context.Table);
    }

    /// <summary>A number names another process, or none, at any time.</summary>
    public override bool NameIsStable => false;

    /// <summary>Everybody may search it, whoever owns the process; without a walk, in which LOOKUP tells the owner anew, only
    /// fstat(2) could see an owner of some milliseconds ago.</summary>
    public override bool AttributesLastForAWalk => true;

    /// <summary>The inode number of the directory of <paramref name="identity"/>.</summary>
    public static ulong InodeOf(ProcessIdentity identity, bool isThread) => SpecialInode.Of(identity, isThread ? "task"u8 : default);

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) =>
        _context.ProcessAttributes(in caller, this, 0x16d, _identity, out attributes);

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = null;
        Errno errno = ProcessView.TryOpen(_context.Processes, in caller, _identity, out ProcessView view);
        if (errno != Errno.Success || !view.Target.IsAlive()
            || (ProcessEntry.Find(name, _isThread) ?? PassedEntries.Find(_context, name, view.Target)) is not { } entry)
        {
            return Errno.ENOENT;
        }

        child = _children.Reference(entry, this, static (entry, parent) => entry.Create(parent._context, parent._identity, parent._isThread));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno List(in Caller caller, List<SpecialEntry> entries)
    {
        Errno errno = ProcessView.TryOpen(_context.Processes, in caller, _identity, out ProcessView view);
        if (errno != Errno.Success || !view.Target.IsAlive())
        {
            return Errno.ENOENT;
        }

        foreach (ProcessEntry entry in ProcessEntry.All)
        {
            if (entry.IsIn(_isThread))
            {
                entries.Add(new SpecialEntry(entry.Name, entry.Kind, entry.InodeOf(_identity, _isThread)));
            }
        }

        return Errno.Success;
    }
}
