using Microsoft.Extensions.Logging;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Kernel;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Mounting;

/// <summary>
/// A mount and what serves it: the session, the adapter with its node table, and the workers of the special directories.
/// Roots belong to whoever made them: one at the top (<see cref="MountedRoot"/>), or those below a build directory.
/// </summary>
internal sealed class ServedMount : IAsyncDisposable
{
    private readonly FuseMount _mount;
    private readonly ILogger _logger;
    private readonly RootFileSystem _fileSystem;
    private readonly SpecialWorkers _workers;
    private readonly bool _hasDeviceNodes;
    private FuseSession? _session;

    /// <summary>Mounts; the kernel lets every access wait until <see cref="Serve"/>.</summary>
    /// <param name="mountPoint">An existing directory.</param>
    /// <param name="top">The node of the mount's top directory.</param>
    /// <param name="options">How to mount.</param>
    /// <param name="logger">Where to log.</param>
    /// <exception cref="FuseMountException">It cannot be mounted; says what is missing.</exception>
    public ServedMount(string mountPoint, Node top, FuseMountOptions options, ILogger logger)
    {
        MountPoint = mountPoint;
        _logger = logger;
        bool mayHaveDevices = !options.NoDevices && UserNamespace.IsInitial();
        _mount = FuseMount.Mount(mountPoint, options);
        _hasDeviceNodes = mayHaveDevices && _mount.Strategy == MountStrategy.Direct;
        Nodes = new NodeTable(top);
        _workers = new SpecialWorkers(logger);
        _fileSystem = new RootFileSystem(Nodes, _workers);
    }

    /// <summary>Where it is mounted.</summary>
    public string MountPoint { get; }

    /// <summary>The nodes that the kernel knows.</summary>
    public NodeTable Nodes { get; }

    /// <summary>How the mount was made.</summary>
    public MountStrategy Strategy => _mount.Strategy;

    /// <summary>The session, once it serves.</summary>
    public FuseSession Session => _session ?? throw new InvalidOperationException("the mount is not served yet");

    /// <summary>Answers requests from now on.</summary>
    public void Serve(FuseSessionOptions options) =>
        _session = FuseSession.Start(_mount.Device, _fileSystem, options with { Logger = _logger, ExceptionMapper = RootFileSystem.ErrnoOf });

    /// <summary>Gives a root its special directories.</summary>
    /// <param name="root">The root.</param>
    /// <param name="path">Where its top directory is, as this process sees it.</param>
    /// <param name="modes">Where they come from.</param>
    /// <param name="limits">The machine that they tell of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CasClient.CasException">An input directory of such a name cannot be had.</exception>
    public async Task<SpecialTree> AttachSpecialAsync(Root root, string path, SpecialModes modes, MachineLimits limits, CancellationToken cancellationToken)
    {
        SpecialOptions options = new()
        {
            MountPoint = path,
            Uid = HasIdZero("uid_map") ? 0 : root.Options.Uid,
            Gid = HasIdZero("gid_map") ? 0 : root.Options.Gid,
            Limits = limits,
            Modes = modes,
            RealDeviceNodes = _hasDeviceNodes,
        };
        SpecialTree special = new(Nodes, options, _logger);
        try
        {
            await root.AttachAsync(special, _logger, cancellationToken).ConfigureAwait(false);
            return special;
        }
        catch
        {
            special.Dispose();
            throw;
        }
    }

    /// <summary>Takes the mount away, which makes the kernel release what is open; requests are answered still.</summary>
    public void Unmount() => _mount.Unmount();

    /// <summary>Unmounts, ends the session and releases all but the roots.</summary>
    public async ValueTask DisposeAsync()
    {
        _mount.Unmount(); // first: it ends the session's readers
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }

        _fileSystem.Dispose();
        _workers.Dispose();
        _mount.Dispose();
    }

    /// <summary>Whether this user namespace has an id 0, which owns what is nobody's in /proc.</summary>
    private static bool HasIdZero(string map) =>
        File.ReadLines("/proc/self/" + map).Any(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", _, _]);
}
