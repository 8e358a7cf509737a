using System.Text;
using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Proc;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary><c>/proc/PID/fdinfo</c>: position, flags, mount and inode number of each descriptor. The kernel answers these
/// from the open file, without asking the file's own file system.</summary>
internal sealed class DescriptorInfoDirectory : SpecialDirectory
{
    private readonly SpecialContext _context;
    private readonly ProcessIdentity _identity;
    private readonly SpecialChildren<int> _files;

    public DescriptorInfoDirectory(SpecialContext context, ProcessIdentity identity, ulong inode)
        : base(inode)
    {
        _context = context;
        _identity = identity;
        _files = new SpecialChildren<int>(context.Table);
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
        if (!ProcReader.TryParseNumber(name, out int number))
        {
            return Errno.ENOENT;
        }

        Errno errno = ProcessView.TryOpenPrivate(_context.Processes, in caller, _identity, out ProcessView view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        Span<byte> path = stackalloc byte[24];
        Utf8.TryWrite(path, $"fdinfo/{number}\0", out int length);
        if (view.Target.StatX(path[..length], StatXMask.STATX_TYPE, out _) != Errno.Success)
        {
            return Errno.ENOENT;
        }

        child = _files.Reference(number, this, static (number, parent) => new ProcessFile(
            parent._context, parent._identity, InodeOf(parent._identity, number), 0x124,
            new StatusContent(Encoding.ASCII.GetBytes($"fdinfo/{number}\0")), nameIsStable: false));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno List(in Caller caller, List<SpecialEntry> entries)
    {
        Errno errno = ProcessView.TryOpenPrivate(_context.Processes, in caller, _identity, out ProcessView view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        List<int> numbers = [];
        errno = view.Target.ListNumbers("fdinfo\0"u8, numbers);
        foreach (int number in numbers)
        {
            entries.Add(new SpecialEntry(Encoding.ASCII.GetBytes(number.ToString()), NodeKind.File, InodeOf(_identity, number)));
        }

        return errno == Errno.ESRCH ? Errno.ENOENT : errno;
    }

    private static ulong InodeOf(ProcessIdentity identity, int number)
    {
        Span<byte> path = stackalloc byte[24];
        Utf8.TryWrite(path, $"fdinfo/{number}", out int length);
        return SpecialInode.Of(identity, path[..length]);
    }
}
