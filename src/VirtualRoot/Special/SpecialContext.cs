using Microsoft.Extensions.Logging;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Machine;
using VirtualRoot.Special.Processes;
using VirtualRoot.Tree;

namespace VirtualRoot.Special;

/// <summary>What the nodes of one root's special directories share. Immutable.</summary>
internal sealed class SpecialContext
{
    private readonly NodeTime _started = NodeTime.Now(TimeProvider.System);

    /// <summary>What the nodes of one root share; disposing of <paramref name="processes"/> and <paramref name="streams"/>, and
    /// of <see cref="Pipes"/>, is the tree's.</summary>
    public SpecialContext(SpecialNodes table, SpecialOptions options, ProcessTable processes, StreamPoller streams, ILogger logger)
    {
        (Table, Options, Processes, Streams, Logger) = (table, options, processes, streams, logger);
        Machine = new MachineModel(options.Limits, processes);
        Proxies = new SpecialChildren<ulong>(table);
        Fifos = new FifoEnds(this);
        Pipes = new PipePumps(this);
    }

    /// <summary>The mount's nodes, seen from this root.</summary>
    public SpecialNodes Table { get; }

    /// <summary>The root's options.</summary>
    public SpecialOptions Options { get; }

    /// <summary>The machine that the files tell of.</summary>
    public MachineModel Machine { get; }

    /// <summary>The processes shown.</summary>
    public ProcessTable Processes { get; }

    /// <summary>Our own mount, as the daemon's mountinfo knows it.</summary>
    public OwnMount Mount => Processes.Mount;

    /// <summary>Waits for pipes and terminals.</summary>
    public StreamPoller Streams { get; }

    /// <summary>The log.</summary>
    public ILogger Logger { get; }

    /// <summary>What stands for descriptors without a path, by inode number.</summary>
    public SpecialChildren<ulong> Proxies { get; }

    /// <summary>Whose links were read last.</summary>
    public DescriptorFollowers Followers { get; } = new();

    /// <summary>The daemon's way to FIFOs of its own mount.</summary>
    public FifoEnds Fifos { get; }

    /// <summary>Feeds those FIFOs.</summary>
    public PipePumps Pipes { get; }

    /// <summary>The output text of the root's action that <paramref name="target"/>, a file of our own mount, is; else null.</summary>
    public TreeFile? FindText(DescriptorTarget target) => Table.Root?.OutputTexts.FirstOrDefault(text => text.Inode == target.Attributes.Inode);

    /// <summary>Attributes of a node that belongs to no process.</summary>
    public NodeAttributes Attributes(SpecialNode node, uint permissions, uint device = 0) => new()
    {
        Inode = node.Inode,
        Kind = node.Kind,
        Permissions = permissions,
        Links = 1,
        Uid = Options.Uid,
        Gid = Options.Gid,
        Device = device,
        AccessTime = _started,
        ModificationTime = _started,
        ChangeTime = _started,
        BirthTime = _started,
    };

    /// <summary>Attributes of a node of a task: it belongs to the task's effective user and group.</summary>
    /// <returns>ENOENT once the task has ended.</returns>
    public Errno ProcessAttributes(in Caller caller, SpecialNode node, uint permissions, ProcessIdentity identity, out NodeAttributes attributes)
    {
        attributes = default;
        if (!Processes.TryPin(identity, out ProcessPin? pin) || !(pin.IsCallerOf(in caller) || pin.IsAlive())
            || pin.StatX("\0"u8, StatXMask.STATX_BASIC_STATS, out StatXBuffer directory) != Errno.Success)
        {
            return Errno.ENOENT;
        }

        attributes = Attributes(node, permissions);
        attributes.Uid = directory.UserId;
        attributes.Gid = directory.GroupId;
        return Errno.Success;
    }
}
