using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Building;
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
/// The adapter between the FUSE protocol and the nodes of a mount's roots: the only place that sees both. What memory knows is
/// answered on the reader thread, without a managed allocation; a missing directory or blob is fetched on the thread
/// pool and the request tried again; special nodes are asked on workers of their own.
/// <para>Caching: only this mount changes the tree, so its names (negative ones too), attributes and pages are the
/// kernel's to keep for good. Names and attributes of processes are never kept.</para>
/// <para>Roots: a node knows its root, so a request finds it without a further look. A node of a root that has been
/// removed answers ESTALE, whoever holds it still.</para>
/// </summary>
public sealed partial class RootFileSystem : IFuseFileSystem, IDisposable
{
    /// <summary>As good as for ever, in seconds: ten years.</summary>
    private const ulong Forever = 10UL * 365 * 24 * 3600;

    /// <summary>The protocol's minor of Linux 6.14: 6.13 began to drop cached pages after a direct write, not only before it.</summary>
    private const int CoherentDirectWrites = 42;

    private readonly NodeTable _nodes;
    private readonly HandleTable _handles = new();
    private readonly SpecialWorkers _workers;
    private FuseNotifier? _notifier;
    private FuseBackingFiles? _backing;
    private bool _writesDirectly;

    /// <summary>Serves the roots whose nodes are in <paramref name="nodes"/>: one whose top directory is node 1, or those
    /// below a <see cref="BuildTop"/>. Special nodes run on <paramref name="workers"/>.</summary>
    public RootFileSystem(NodeTable nodes, SpecialWorkers workers)
    {
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
        _backing = connection.Backing;
        _openBacking = OpenBacking;
        _closeBacking = connection.Backing.Close;
        _writesDirectly = connection.Minor >= CoherentDirectWrites;
    }

    /// <inheritdoc/>
    public void Forget(ulong nodeId, ulong lookups) => _nodes.Forget(nodeId, lookups);

    /// <summary>Closes what the kernel has left open.</summary>
    public void Dispose() => _handles.Dispose();

    private static Caller CallerOf(in FuseRequest request) => new((int)request.Pid, request.Uid, request.Gid, request.Unique);

    private static Caller CallerOf(FusePendingReply pending) => new((int)pending.Pid, pending.Uid, pending.Gid, pending.Unique);

    /// <summary>The node that the request is about, which counts for its root. False: never known, forgotten, or of a root
    /// that is gone.</summary>
    private bool TryGet(in FuseRequest request, [NotNullWhen(true)] out Node? node)
    {
        if (!TryGetOther(request.NodeId, out node))
        {
            return false;
        }

        node.Owner?.Statistics.CountRequest();
        return true;
    }

    /// <summary>Another node that the request names.</summary>
    private bool TryGetOther(ulong nodeId, [NotNullWhen(true)] out Node? node)
    {
        if (_nodes.TryGet(nodeId, out node) && node.Owner is not { IsRemoved: true })
        {
            return true;
        }

        node = null; // a stale id may have found its slot's next node
        return false;
    }

    private bool TryGetTree(in FuseRequest request, [NotNullWhen(true)] out TreeDirectory? directory, out Errno errno)
    {
        _ = TryGet(request, out Node? node);
        return IsTree(node, out directory, out errno);
    }

    private bool TryGetOtherTree(ulong nodeId, [NotNullWhen(true)] out TreeDirectory? directory, out Errno errno)
    {
        _ = TryGetOther(nodeId, out Node? node);
        return IsTree(node, out directory, out errno);
    }

    private static bool IsTree(Node? node, [NotNullWhen(true)] out TreeDirectory? directory, out Errno errno)
    {
        directory = node as TreeDirectory;
        errno = node switch
        {
            TreeDirectory => Errno.Success,
            null => Errno.ESTALE,
            SpecialDirectory or OuterDirectory => Errno.EPERM, // only the daemon changes their names
            _ => Errno.ENOTDIR,
        };
        return errno == Errno.Success;
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
            using CallerWatch caller = new(pending, load.Root.Removed);
            TreeDirectory? needed = load;
            while (needed is not null)
            {
                await needed.LoadAsync(caller.Gone).ConfigureAwait(false);
                needed = attempt(pending);
            }
        }));
        return FuseResult.Pending;
    }

    /// <summary>Runs <paramref name="work"/>, which replies, on the thread pool; its token tells that nobody waits any more,
    /// or that the root of what it is about has been removed.</summary>
    private static FuseResult Later(in FuseRequest request, TreeNode? about, Func<FusePendingReply, CancellationToken, Task> work)
    {
        FusePendingReply pending = request.Defer();
        pending.CompleteWith(Task.Run(async () =>
        {
            using CallerWatch caller = new(pending, about?.Root.Removed ?? default);
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
