using VirtualRoot.Nodes;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>One fixed name of a process's directory. The table is the allow-list: mem, pagemap, stack, syscall and
/// map_files are not in it, and nothing can be written.</summary>
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
        new("net"u8, NodeKind.Directory, static (context, _, inode) => NetDirectory.Create(context, inode)),
        Public("cmdline"u8, new PassedContent("cmdline\0"u8)),
        Public("comm"u8, new PassedContent("comm\0"u8)),
        Public("status"u8, new StatusContent("status\0"u8)),
        Public("stat"u8, new StatContent()),
        Public("statm"u8, new PassedContent("statm\0"u8)),
        Public("schedstat"u8, new PassedContent("schedstat\0"u8)),
        Public("limits"u8, new PassedContent("limits\0"u8)),
        Public("oom_score"u8, new PassedContent("oom_score\0"u8)),
        Public("oom_score_adj"u8, new PassedContent("oom_score_adj\0"u8)),
        Public("loginuid"u8, new PassedContent("loginuid\0"u8)),
        Public("sessionid"u8, new PassedContent("sessionid\0"u8)),
        Public("uid_map"u8, new PassedContent("uid_map\0"u8)),
        Public("gid_map"u8, new PassedContent("gid_map\0"u8)),
        Public("projid_map"u8, new PassedContent("projid_map\0"u8)),
        Public("setgroups"u8, new PassedContent("setgroups\0"u8)),
        Public("children"u8, new ChildrenContent()),
        Public("cpuset"u8, new FixedProcessContent("/\n"u8)),

        // The action sees itself at the top of a version 2 hierarchy, as in a cgroup namespace of its own.
        Public("cgroup"u8, new FixedProcessContent("0::/\n"u8)),

        // Where it sleeps in the kernel is told to no ordinary user.
        Public("wchan"u8, new FixedProcessContent("0"u8)),
        Public("mounts"u8, new MountsContent(isInfo: false)),
        Public("mountinfo"u8, new MountsContent(isInfo: true)),
        Private("mountstats"u8, 0x100, new MountStatisticsContent()),
        Private("environ"u8, 0x100, new PassedContent("environ\0"u8)),
        Private("auxv"u8, 0x100, new PassedContent("auxv\0"u8)),
        Private("io"u8, 0x100, new PassedContent("io\0"u8)),
        Private("personality"u8, 0x100, new PassedContent("personality\0"u8)),
        Private("timerslack_ns"u8, 0x124, new PassedContent("timerslack_ns\0"u8)),
        Private("coredump_filter"u8, 0x124, new PassedContent("coredump_filter\0"u8)),
        Private("maps"u8, 0x124, new MapsContent("maps\0"u8)),
        Private("smaps"u8, 0x124, new MapsContent("smaps\0"u8)),
        Private("smaps_rollup"u8, 0x124, new MapsContent("smaps_rollup\0"u8)),
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
    public bool IsIn(bool isThread) => isThread ? !Name.AsSpan().SequenceEqual("task"u8) : !Name.AsSpan().SequenceEqual("children"u8);

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

    /// <summary>A file that procfs gives to everybody; here to those with the right to the task's private ones, and of the
    /// action's first process, whose private ones nobody gets.</summary>
    private static ProcessEntry Public(ReadOnlySpan<byte> name, IProcessContent content) =>
        new(name, NodeKind.File, (context, identity, inode) => new ProcessFile(context, identity, inode, 0x124, content, isPrivate: false));

    /// <summary>A file for those who may trace the task.</summary>
    internal static ProcessEntry Private(ReadOnlySpan<byte> name, uint permissions, IProcessContent content) =>
        new(name, NodeKind.File, (context, identity, inode) => new ProcessFile(context, identity, inode, permissions, content));
}
