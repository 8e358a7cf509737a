namespace VirtualRoot.Special.Machine;

/// <summary>Spells tables of names and nodes.</summary>
/// <param name="context">The root's.</param>
/// <param name="top">The top directory's name, for inode numbers: proc or sys.</param>
internal sealed class SpecialEntries(SpecialContext context, string top)
{
    private readonly string _path = top;

    /// <summary>A file that tells of the machine.</summary>
    public (byte[] Name, SpecialNode Node) File(string name, IMachineContent content) =>
        (Bytes(name), new MachineFile(context, SpecialInode.Of(Bytes($"{_path}/{name}")), content));

    /// <summary>A node of its own type, which gets its inode number.</summary>
    public (byte[] Name, SpecialNode Node) Node(string name, Func<SpecialContext, ulong, SpecialNode> create) =>
        (Bytes(name), create(context, SpecialInode.Of(Bytes($"{_path}/{name}"))));

    /// <summary>A file that always tells the same.</summary>
    public (byte[] Name, SpecialNode Node) File(string name, string text) => File(name, new FixedContent(text));

    /// <summary>A link.</summary>
    public (byte[] Name, SpecialNode Node) Link(string name, string target) =>
        (Bytes(name), new TextLink(context, SpecialInode.Of(Bytes($"{_path}/{name}")), Bytes(target)));

    /// <summary>A directory.</summary>
    public (byte[] Name, SpecialNode Node) Directory(string name, Func<SpecialEntries, (byte[] Name, SpecialNode Node)[]> entries)
    {
        SpecialEntries below = new(context, $"{_path}/{name}");
        return (Bytes(name), new StaticDirectory(context, SpecialInode.Of(Bytes(below._path)), 0x16d, comesFirst: false, entries(below)));
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
