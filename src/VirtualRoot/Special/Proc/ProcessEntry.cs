using VirtualRoot.Nodes;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>One fixed name of a process's directory. The table is the allow-list: mem, pagemap, stack, syscall and
/// map_files are not in it.</summary>
internal sealed class ProcessEntry
{
    private readonly Func<SpecialContext, ProcessIdentity, ulong, SpecialNode> _create;

    private ProcessEntry(ReadOnlySpan<byte> name, NodeKind kind, Func<SpecialContext, ProcessIdentity, ulong, SpecialNode> create)
    {
        Name = name.ToArray();
        Kind = kind;
        _create = create;
    }

    /// <summary>Every name.</summary>
    public static ProcessEntry[] All { get; } = [
        Link("exe"u8, "exe\0"u8),
        Link("cwd"u8, "cwd\0"u8),
        Link("root"u8, "root\0"u8),
        new("fd"u8, NodeKind.Directory, static (context, identity, inode) => new DescriptorDirectory(context, identity, inode)),
        new("fdinfo"u8, NodeKind.Directory, static (context, identity, inode) => new DescriptorInfoDirectory(context, identity, inode)),
        new("task"u8, NodeKind.Directory, static (context, identity, inode) => new TaskDirectory(context, identity, inode)),
        File("cmdline"u8, 0x124, new PassedContent("cmdline\0"u8)),
        File("comm"u8, 0x124, new PassedContent("comm\0"u8)),
        File("statm"u8, 0x124, new PassedContent("statm\0"u8)),
        File("limits"u8, 0x124, new PassedContent("limits\0"u8)),
        File("coredump_filter"u8, 0x124, new PassedContent("coredump_filter\0"u8)),
        new("net"u8, NodeKind.Directory, static (context, _, inode) => NetDirectory.Create(context, inode)),
        File("environ"u8, 0x100, new PassedContent("environ\0"u8)),
        File("status"u8, 0x124, new StatusContent("status\0"u8)),
        File("stat"u8, 0x124, new StatContent()),
        File("maps"u8, 0x124, new MapsContent()),
        File("cgroup"u8, 0x124, new CgroupContent()),
        File("mounts"u8, 0x124, new MountsContent(isInfo: false)),
        File("mountinfo"u8, 0x124, new MountsContent(isInfo: true)),
    ];

    /// <summary>The name's bytes.</summary>
    public byte[] Name { get; }

    /// <summary>The file type.</summary>
    public NodeKind Kind { get; }

    /// <summary>The entry called <paramref name="name"/>, or null.</summary>
    public static ProcessEntry? Find(ReadOnlySpan<byte> name, bool isThread)
    {
        foreach (ProcessEntry entry in All)
        {
            if (name.SequenceEqual(entry.Name) && entry.IsIn(isThread))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Whether a process's directory, or a thread's, has the name.</summary>
    public bool IsIn(bool isThread) => !isThread || !Name.AsSpan().SequenceEqual("task"u8);

    /// <summary>The inode number of the name in the directory of <paramref name="identity"/>.</summary>
    public ulong InodeOf(ProcessIdentity identity, bool isThread)
    {
        Span<byte> path = stackalloc byte[32];
        ReadOnlySpan<byte> prefix = isThread ? "task/"u8 : "/"u8;
        prefix.CopyTo(path);
        Name.CopyTo(path[prefix.Length..]);
        return SpecialInode.Of(identity, path[..(prefix.Length + Name.Length)]);
    }

    /// <summary>The node of the name for one task.</summary>
    public SpecialNode Create(SpecialContext context, ProcessIdentity identity, bool isThread) =>
        _create(context, identity, InodeOf(identity, isThread));

    private static ProcessEntry Link(ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        byte[] link = path.ToArray();
        return new ProcessEntry(name, NodeKind.Symlink, (context, identity, inode) => new ProcessLink(context, identity, inode, link));
    }

    /// <summary>A file.</summary>
    internal static ProcessEntry File(ReadOnlySpan<byte> name, uint permissions, IProcessContent content) =>
        new(name, NodeKind.File, (context, identity, inode) => new ProcessFile(context, identity, inode, permissions, content));
}
