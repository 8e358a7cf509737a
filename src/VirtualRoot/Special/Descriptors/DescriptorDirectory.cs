using System.Text;
using System.Text.Unicode;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary><c>/proc/PID/fd</c>: a link for each descriptor, and, not listed, a proxy under each text that a link may have
/// in place of a path.</summary>
internal sealed class DescriptorDirectory : SpecialDirectory
{
    private readonly SpecialContext _context;
    private readonly ProcessIdentity _identity;
    private readonly SpecialChildren<int> _links;

    public DescriptorDirectory(SpecialContext context, ProcessIdentity identity, ulong inode)
        : base(inode)
    {
        _context = context;
        _identity = identity;
        _links = new SpecialChildren<int>(context.Table);
    }

    /// <inheritdoc/>
    public override bool AttributesAreStable => false;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) =>
        _context.ProcessAttributes(in caller, this, 0x140, _identity, out attributes);

    /// <inheritdoc/>
    public override ulong LineOf(ReadOnlySpan<byte> name) => ProcReader.TryParseNumber(name, out _) ? 0 : SpecialLine.OfLinks(_identity);

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = null;
        bool isNumber = ProcReader.TryParseNumber(name, out int number);
        if (!isNumber && !DescriptorText.TryParseOutside(name, out _) && !DescriptorText.IsWithoutPath(name))
        {
            return Errno.ENOENT;
        }

        Errno errno = ProcessView.TryOpenPrivate(_context.Processes, in caller, _identity, out ProcessView view);
        if (errno != Errno.Success)
        {
            return errno;
        }

        if (isNumber)
        {
            Span<byte> path = stackalloc byte[24];
            Utf8.TryWrite(path, $"fd/{number}\0", out int length);
            if (view.Target.StatX(path[..length], StatXMask.STATX_TYPE, out _) != Errno.Success)
            {
                return Errno.ENOENT;
            }

            child = _links.Reference(number, this, static (number, parent) => new DescriptorLink(parent._context, parent._identity, number));
            return Errno.Success;
        }

        int preferred = _context.Followers.TryGet(in caller, _identity, out int followed) ? followed : -1;
        return DescriptorSearch.TryFind(view.Target, name, out number, preferred)
            ? DescriptorProxies.Lookup(_context, view.Target, number, name, out child)
            : Errno.ENOENT;
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
        errno = view.Target.ListNumbers("fd\0"u8, numbers);
        foreach (int number in numbers)
        {
            entries.Add(new SpecialEntry(Encoding.ASCII.GetBytes(number.ToString()), NodeKind.Symlink, DescriptorLink.InodeOf(_identity, number)));
        }

        return errno == Errno.ESRCH ? Errno.ENOENT : errno;
    }
}
