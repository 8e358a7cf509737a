using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special;

/// <summary>A directory whose names are always the same nodes.</summary>
internal sealed class StaticDirectory : SpecialDirectory
{
    private readonly SpecialContext _context;
    private readonly uint _permissions;
    private readonly bool _comesFirst;
    private readonly Lock _lock = new();
    private readonly (byte[] Name, SpecialNode Node)[] _entries;

    /// <param name="context">The root's.</param>
    /// <param name="inode">The inode number.</param>
    /// <param name="permissions">Permission bits.</param>
    /// <param name="comesFirst">Whether the names come before those of the input root.</param>
    /// <param name="entries">The names.</param>
    public StaticDirectory(SpecialContext context, ulong inode, uint permissions, bool comesFirst, params (byte[] Name, SpecialNode Node)[] entries)
        : base(inode)
    {
        _context = context;
        _permissions = permissions;
        _comesFirst = comesFirst;
        _entries = entries;
    }

    /// <inheritdoc/>
    public override bool AnswersFromMemory => true;

    /// <inheritdoc/>
    public override bool ComesFirst(ReadOnlySpan<byte> name) => _comesFirst && Find(name) is not null;

    /// <inheritdoc/>
    public override bool HasName(ReadOnlySpan<byte> name) => Find(name) is not null;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes)
    {
        attributes = _context.Attributes(this, _permissions);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = Find(name);
        if (child is null)
        {
            return Errno.ENOENT;
        }

        lock (_lock)
        {
            _context.Table.Reference(child);
        }

        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno List(in Caller caller, List<SpecialEntry> entries)
    {
        foreach ((byte[] name, SpecialNode node) in _entries)
        {
            entries.Add(new SpecialEntry(name, node.Kind, node.Inode));
        }

        return Errno.Success;
    }

    private SpecialNode? Find(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] candidate, SpecialNode node) in _entries)
        {
            if (name.SequenceEqual(candidate))
            {
                return node;
            }
        }

        return null;
    }
}
