using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Passthrough;

/// <summary>A directory of the machine's /proc, /sys or /dev; at the top of /proc and /dev the names of ours come first.</summary>
internal sealed class HostDirectory : SpecialDirectory
{
    private readonly HostTree _tree;
    private readonly string _path;
    private readonly SpecialDirectory? _first;
    private readonly SpecialChildren<string> _children;

    /// <param name="tree">Which of the three.</param>
    /// <param name="path">Below its top; empty: the top itself.</param>
    /// <param name="first">A directory whose names come first.</param>
    public HostDirectory(HostTree tree, string path, SpecialDirectory? first = null)
        : base(first?.Inode ?? tree.InodeOf(path))
    {
        _tree = tree;
        _path = path;
        _first = first;
        _children = new SpecialChildren<string>(tree.Context.Table);
    }

    /// <summary>The machine's names come and go.</summary>
    public override bool NameIsStable => false;

    /// <inheritdoc/>
    public override bool ComesFirst(ReadOnlySpan<byte> name) => _first?.ComesFirst(name) ?? false;

    /// <inheritdoc/>
    public override bool HasName(ReadOnlySpan<byte> name) => _first?.HasName(name) ?? false;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) => _first is not null
        ? _first.GetAttributes(in caller, out attributes)
        : _tree.Find(_path, this, out attributes);

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ReadOnlySpan<byte> name, out SpecialNode? child)
    {
        child = null;
        if (_first is not null && _first.Lookup(in caller, name, out child) == Errno.Success)
        {
            return Errno.Success;
        }

        if (name.IsEmpty || name.IndexOf((byte)'/') >= 0 || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            return Errno.ENOENT;
        }

        string path = HostTree.Join(_path, Encoding.UTF8.GetString(name));
        Errno errno = _tree.Find(path, null, out NodeAttributes attributes);
        if (errno != Errno.Success)
        {
            return errno;
        }

        NodeKind kind = attributes.Kind;
        child = _children.Reference($"{kind}:{path}", (_tree, path, kind), static (_, found) => Create(found._tree, found.path, found.kind));
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override Errno List(in Caller caller, List<SpecialEntry> entries)
    {
        Errno errno = _first?.List(in caller, entries) ?? Errno.Success;
        HashSet<string> taken = [.. entries.Select(static entry => Encoding.UTF8.GetString(entry.Name))];
        List<SpecialEntry> found = [];
        errno = errno == Errno.Success ? _tree.List(_path, found) : errno;
        entries.AddRange(found.Where(entry => taken.Add(Encoding.UTF8.GetString(entry.Name))));
        return errno;
    }

    private static SpecialNode Create(HostTree tree, string path, NodeKind kind) => kind switch
    {
        NodeKind.Directory => new HostDirectory(tree, path),
        NodeKind.Symlink => new HostLink(tree, path),
        _ => new HostFile(tree, path, kind),
    };
}
