using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Mounting;

/// <summary>
/// A root that is mounted and served by this process: the owner of the mount, the tree, the special directories and the
/// scratch folder, released in that order.
/// </summary>
public sealed class MountedRoot : IAsyncDisposable
{
    private readonly ScratchDirectory _scratch;
    private ServedMount? _mount;
    private SpecialTree? _special;
    private int _disposed;

    private MountedRoot(Root root, ScratchDirectory scratch, string mountPoint)
    {
        Root = root;
        _scratch = scratch;
        MountPoint = mountPoint;
    }

    /// <summary>The private folder of this root: mode 0700, removed at the end.</summary>
    public string Folder => _scratch.Folder;

    /// <summary>The path at which the root is mounted.</summary>
    public string MountPoint { get; }

    /// <summary>The tree.</summary>
    public Root Root { get; }

    /// <summary>How the mount was made.</summary>
    public MountStrategy Strategy => _mount!.Strategy;

    /// <summary>Requests so far.</summary>
    public FuseStatistics Statistics => _mount!.Session.Statistics;

    /// <summary>Ends when the mount is gone (unmounted by somebody), or fails when the device breaks.</summary>
    public Task Completion => _mount!.Session.Completion;

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
            Root root = await Root.OpenAsync(options.Root, directories, blobs, scratch, options.Clock, options.Logger, cancellationToken).ConfigureAwait(false);
            mounted = new MountedRoot(root, scratch, options.MountPoint ?? scratch.MountPoint);
            await mounted.ServeAsync(options, cancellationToken).ConfigureAwait(false);
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
    }

    /// <summary>The action's PID 1, in this process's numbering: /proc shows the processes of its PID namespace.</summary>
    public void SetActionInit(int pid) => _special?.SetActionInit(pid);

    /// <summary>Unmounts, ends the session and releases everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _special?.ReleaseMount();
        if (_mount is not null)
        {
            await _mount.DisposeAsync().ConfigureAwait(false);
        }

        _special?.Dispose();
        Root.Dispose();
        _scratch.Dispose();
    }

    private async Task ServeAsync(MountedRootOptions options, CancellationToken cancellationToken)
    {
        string source = $"{options.Mount.Source}:{Folder}";
        FuseMountOptions mount = options.TellsFolder && FuseMountOptions.IsName(source) ? options.Mount with { Source = source } : options.Mount;
        _mount = new ServedMount(MountPoint, Root.Top, mount, options.Logger);
        _special = options.Special.IsAny
            ? await _mount.AttachSpecialAsync(Root, MountPoint, options.Special, options.Limits, cancellationToken).ConfigureAwait(false)
            : null;
        if (options.Trace is { } trace)
        {
            _special?.TraceInto(trace);
        }

        _mount.Serve(options.Session);
    }
}
