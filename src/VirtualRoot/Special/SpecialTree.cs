using System.Text;
using Microsoft.Extensions.Logging;
using VirtualRoot.Nodes;
using VirtualRoot.Special.Descriptors;
using VirtualRoot.Special.Dev;
using VirtualRoot.Special.Passthrough;
using VirtualRoot.Special.Proc;
using VirtualRoot.Special.Processes;
using VirtualRoot.Special.Sys;
using VirtualRoot.Special.Trace;
using VirtualRoot.Tree;

namespace VirtualRoot.Special;

/// <summary>
/// The special directories of one root. What they show of processes comes from the daemon's own /proc, opened once, by
/// descriptor; links there are read and never followed, but for what <see cref="DescriptorTarget"/> holds without opening.
/// <para>The processes shown are the action's: after <see cref="SetActionInit"/> the descendants of its first process, in
/// its PID namespace; before, those whose root directory is the mount point or lies below it. Any other caller sees only
/// itself.</para>
/// </summary>
public sealed class SpecialTree : IDisposable
{
    private readonly ProcessTable _processes;
    private readonly StreamPoller _streams;
    private readonly SpecialNodes _nodes;
    private readonly List<HostTree> _hosts = [];
    private readonly PipePumps _pipes;

    /// <summary>The special directories of the mount whose nodes are in <paramref name="table"/>.</summary>
    /// <exception cref="IOException">The daemon's /proc cannot be opened.</exception>
    public SpecialTree(NodeTable table, SpecialOptions options, ILogger logger)
    {
        string mountPoint = options.MountPoint.Length > 1 ? options.MountPoint.TrimEnd('/') : options.MountPoint;
        _processes = new ProcessTable(Encoding.UTF8.GetBytes(mountPoint), logger);
        _streams = new StreamPoller(logger);
        _nodes = new SpecialNodes(table);
        SpecialContext context = new(_nodes, options, _processes, _streams, logger);
        _pipes = context.Pipes;
        SpecialModes modes = options.Modes;
        Proc = Choose(modes.Proc, context, "proc", new ProcDirectory(context));
        Sys = Choose(modes.Sys, context, "sys", modes.Sys == SpecialMode.Passthrough ? null : SysDirectory.Create(context));
        Dev = Choose(modes.Dev, context, "dev", DevDirectory.Create(context));
    }

    /// <summary>/proc; null: it is off.</summary>
    public SpecialDirectory? Proc { get; }

    /// <summary>/sys; null: it is off.</summary>
    public SpecialDirectory? Sys { get; }

    /// <summary>/dev; null: it is off.</summary>
    public SpecialDirectory? Dev { get; }

    /// <summary>The processes shown from now on are those of the PID namespace that <paramref name="pid"/> leads.</summary>
    /// <param name="pid">The action's PID 1, in the daemon's numbering.</param>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public void SetActionInit(int pid) => _processes.SetActionInit(pid);

    /// <summary>Counts in <paramref name="trace"/> what is done to the special paths, from the first request on.</summary>
    internal void TraceInto(SpecialTrace trace)
    {
        foreach ((string name, SpecialDirectory? directory) in ((string, SpecialDirectory?)[])[("proc", Proc), ("sys", Sys), ("dev", Dev)])
        {
            directory?.Traced = trace.Top(name, _processes);
        }
    }

    /// <summary>Makes the nodes those of <paramref name="root"/>, before it shows them.</summary>
    internal void BelongTo(Root root) => _nodes.Root = root;

    /// <summary>Closes what the daemon has open in its own mount. To be called before the mount is taken down, while requests
    /// are still answered; pipes that are read through it end.</summary>
    public void ReleaseMount() => _pipes.Stop();

    /// <summary>Closes every descriptor. Files that are still open answer EIO or ESRCH.</summary>
    public void Dispose()
    {
        _hosts.ForEach(static host => host.Dispose());
        _pipes.Dispose();
        _streams.Dispose();
        _processes.Dispose();
    }

    private SpecialDirectory? Choose(SpecialMode mode, SpecialContext context, string name, SpecialDirectory? ours)
    {
        switch (mode)
        {
            case SpecialMode.Off:
                return null;
            case SpecialMode.Passthrough:
                HostTree host = new(context, name);
                _hosts.Add(host);
                return new HostDirectory(host, "", ours);
            default:
                return ours;
        }
    }
}
