using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Kernel;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Mounting;

/// <summary>
/// A root that is mounted and served by this process: the owner of the mount, the session, the tree, the special
/// directories and the scratch folder, released in that order.
/// </summary>
public sealed class MountedRoot : IAsyncDisposable
{
    private readonly List<Func<ValueTask>> _owned = [];
    private FuseMount? _mount;
    private FuseSession? _session;
    private SpecialTree? _special;

    private MountedRoot(Root root, string folder, string mountPoint)
    {
        Root = root;
        Folder = folder;
        MountPoint = mountPoint;
    }

    /// <summary>The private folder of this root: mode 0700, removed at the end.</summary>
    public string Folder { get; }

    /// <summary>The path at which the root is mounted.</summary>
    public string MountPoint { get; }

    /// <summary>The tree.</summary>
    public Root Root { get; }

    /// <summary>How the mount was made.</summary>
    public MountStrategy Strategy => _mount!.Strategy;

    /// <summary>Requests so far.</summary>
    public FuseStatistics Statistics => _session!.Statistics;

    /// <summary>Ends when the mount is gone (unmounted by somebody), or fails when the device breaks.</summary>
    public Task Completion => _session!.Completion;

    /// <summary>Opens the root, mounts it and serves it until the result is disposed.</summary>
    /// <param name="options">Which root, where, how.</param>
    /// <param name="directories">Where directories come from.</param>
    /// <param name="blobs">Where file contents come from.</param>
    /// <param name="cancellationToken">Gives up; nothing is left mounted.</param>
    /// <exception cref="CasException">The root's top directory cannot be had.</exception>
    /// <exception cref="FuseMountException">It cannot be mounted; says what is missing.</exception>
    public static async Task<MountedRoot> StartAsync(
        MountedRootOptions options, IDirectorySource directories, IBlobCache blobs, CancellationToken cancellationToken)
    {
        ScratchDirectory scratch = ScratchDirectory.Create(options.ScratchParent, options.Logger);
        MountedRoot? mounted = null;
        try
        {
            Root root = await Root.OpenAsync(options.Root, directories, blobs, scratch, options.Clock, cancellationToken).ConfigureAwait(false);
            mounted = new MountedRoot(root, Path.GetDirectoryName(scratch.MountPoint)!, options.MountPoint ?? scratch.MountPoint);
            mounted.Own(root);
            await mounted.ServeAsync(options, cancellationToken).ConfigureAwait(false);
            mounted._owned.Insert(0, DisposeLast);
            return mounted;
        }
        catch
        {
            if (mounted is not null)
            {
                await mounted.DisposeAsync().ConfigureAwait(false);
            }

            scratch.Dispose();
            throw;
        }

        ValueTask DisposeLast()
        {
            scratch.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>The action's PID 1, in this process's numbering: /proc shows the processes of its PID namespace.</summary>
    public void SetActionInit(int pid) => _special?.SetActionInit(pid);

    /// <summary>Unmounts, ends the session and releases everything.</summary>
    public async ValueTask DisposeAsync()
    {
        _mount?.Unmount(); // first: it ends the session's readers and makes the kernel release what is open
        for (int index = _owned.Count - 1; index >= 0; index--)
        {
            await _owned[index]().ConfigureAwait(false);
        }

        _owned.Clear();
    }

    private async Task ServeAsync(MountedRootOptions options, CancellationToken cancellationToken)
    {
        NodeTable nodes = new(Root.Top);
        string source = $"{options.Mount.Source}:{Folder}";
        _mount = FuseMount.Mount(
            MountPoint, options.TellsFolder && FuseMountOptions.IsName(source) ? options.Mount with { Source = source } : options.Mount);
        Own(_mount);
        SpecialWorkers workers = new(options.Logger);
        Own(workers);
        if (options.Special)
        {
            SpecialOptions special = new()
            {
                MountPoint = MountPoint,
                Uid = options.Root.Uid,
                Gid = options.Root.Gid,
                Limits = options.Limits,
                RealDeviceNodes = _mount.Strategy == MountStrategy.Direct && !options.Mount.NoDevices && IsInInitialUserNamespace(),
            };
            _special = new SpecialTree(nodes, special, options.Logger);
            Own(_special);
            await Root.AttachAsync(_special, cancellationToken).ConfigureAwait(false);
        }

        RootFileSystem fileSystem = new(Root, nodes, workers);
        Own(fileSystem);
        FuseSessionOptions session = options.Session with { Logger = options.Logger, ExceptionMapper = RootFileSystem.ErrnoOf };
        _session = FuseSession.Start(_mount.Device, fileSystem, session);
        _owned.Add(_session.DisposeAsync);
    }

    /// <summary>Whether all ids are mapped to themselves: a mount of any other user namespace is always nodev.</summary>
    private static bool IsInInitialUserNamespace()
    {
        string[] map = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return map is ["0", "0", "4294967295"];
    }

    private void Own(IDisposable owned) => _owned.Add(() =>
    {
        owned.Dispose();
        return ValueTask.CompletedTask;
    });
}
