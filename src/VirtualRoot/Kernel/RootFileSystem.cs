using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <summary>
/// The adapter between the FUSE protocol and the nodes of a root: the only place that sees both. What memory knows is
/// answered on the reader thread, without a managed allocation; a missing directory or blob is fetched on the thread
/// pool and the request tried again; special nodes are asked on workers of their own.
/// <para>Caching: only this mount changes the tree, so its names (negative ones too), attributes and pages are the
/// kernel's to keep for good. Names and attributes of processes are never kept.</para>
/// </summary>
public sealed partial class RootFileSystem : IFuseFileSystem, IDisposable
{
    /// <summary>As good as for ever, in seconds: ten years.</summary>
    private const ulong Forever = 10UL * 365 * 24 * 3600;

    /// <summary>The protocol's minor of Linux 6.14: 6.13 began to drop cached pages after a direct write, not only before it.</summary>
    private const int CoherentDirectWrites = 42;

    private readonly Root _root;
    private readonly NodeTable _nodes;
    private readonly HandleTable _handles = new();
    private readonly SpecialWorkers _workers;
    private FuseNotifier? _notifier;
    private bool _writesDirectly;

    /// <summary>Serves <paramref name="root"/>, whose top directory is node 1 of <paramref name="nodes"/>. Special nodes
    /// run on <paramref name="workers"/>.</summary>
    public RootFileSystem(Root root, NodeTable nodes, SpecialWorkers workers)
    {
        _root = root;
        _nodes = nodes;
        _workers = workers;
    }

    /// <summary>The errno of an exception that is a result and no bug, for <see cref="FuseSessionOptions.ExceptionMapper"/>:
    /// an input that cannot be had is EIO (and on record with its root), a full scratch disk is its own errno.</summary>
    public static Errno? ErrnoOf(Exception exception) => exception switch
    {
        CasException => Errno.EIO,
        ScratchException scratch => scratch.Errno,
        _ => null,
    };

    /// <inheritdoc/>
    public void Initialize(FuseConnection connection)
    {
        _notifier = connection.Notifier;
        _writesDirectly = connection.Minor >= CoherentDirectWrites;
    }

    /// <inheritdoc/>
    public void Forget(ulong nodeId, ulong lookups) => _nodes.Forget(nodeId, lookups);

    /// <summary>Closes what the kernel has left open.</summary>
    public void Dispose() => _handles.Dispose();

    private static Caller CallerOf(in FuseRequest request) => new((int)request.Pid, request.Uid, request.Gid);

    private static Caller CallerOf(FusePendingReply pending) => new((int)pending.Pid, pending.Uid, pending.Gid);

    private bool TryGetTree(ulong nodeId, [NotNullWhen(true)] out TreeDirectory? directory, out Errno errno)
    {
        directory = null;
        if (!_nodes.TryGet(nodeId, out Node? node))
        {
            errno = Errno.ESTALE;
            return false;
        }

        directory = node as TreeDirectory;
        errno = directory is not null ? Errno.Success : node is SpecialDirectory ? Errno.EPERM : Errno.ENOTDIR;
        return directory is not null;
    }

    /// <summary>Fills in a reply that names <paramref name="node"/> and counts the reference. Under the gate.</summary>
    private void Name(TreeNode node, out FuseEntryOut entry)
    {
        node.GetAttributes(out NodeAttributes attributes);
        entry = new FuseEntryOut
        {
            NodeId = _nodes.Reference(node),
            EntryValid = Forever,
            AttrValid = Forever,
            Attr = WireAttributes.From(attributes),
        };
    }

    /// <summary>Loads <paramref name="load"/> on the thread pool, then tries the request again, until
    /// <paramref name="attempt"/> needs no further directory: it has replied then.</summary>
    private static FuseResult Later(in FuseRequest request, TreeDirectory load, Func<FusePendingReply, TreeDirectory?> attempt)
    {
        FusePendingReply pending = request.Defer();
        pending.CompleteWith(Task.Run(async () =>
        {
            using CallerWatch caller = new(pending);
            TreeDirectory? needed = load;
            while (needed is not null)
            {
                await needed.LoadAsync(caller.Gone).ConfigureAwait(false);
                needed = attempt(pending);
            }
        }));
        return FuseResult.Pending;
    }

    /// <summary>Runs <paramref name="work"/>, which replies, on the thread pool; its token tells that nobody waits any more.</summary>
    private static FuseResult Later(in FuseRequest request, Func<FusePendingReply, CancellationToken, Task> work)
    {
        FusePendingReply pending = request.Defer();
        pending.CompleteWith(Task.Run(async () =>
        {
            using CallerWatch caller = new(pending);
            await work(pending, caller.Gone).ConfigureAwait(false);
        }));
        return FuseResult.Pending;
    }

    private static void Reply(FusePendingReply pending, Errno errno, in FuseEntryOut entry)
    {
        if (errno == Errno.Success)
        {
            pending.ReplyEntry(entry);
        }
        else
        {
            pending.Reply(errno);
        }
    }
}
