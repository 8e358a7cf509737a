using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;
using VirtualRoot.Mounting;
using VirtualRoot.Scratch;

namespace VirtualRoot.Building;

/// <summary>
/// A build directory: one FUSE mount with a directory for each action, <c>ID/root</c>, <c>ID/stdout</c>, <c>ID/stderr</c>
/// and <c>ID/server_logs</c>. A root comes and goes without a mount and without a walk; what fails or hangs in one is
/// nothing to the others, which share the mount, its caches and its threads, but no lock and no bytes.
/// <para>What one owns, in the order of its release: the roots, the mount with its session, the scratch folder, the lock.</para>
/// </summary>
public sealed class BuildDirectory : IAsyncDisposable
{
    private readonly BuildDirectoryLock _lock;
    private readonly ScratchDirectory _scratch;
    private readonly BuildRoots _roots;
    private ServedMount? _mount;

    private BuildDirectory(BuildDirectoryOptions options, BuildDirectoryLock taken, ScratchDirectory scratch, IDirectorySource directories, IBlobCache blobs)
    {
        _lock = taken;
        _scratch = scratch;
        Path = options.Directory;
        _roots = new BuildRoots(
            options,
            scratch,
            directories,
            blobs,
            (root, path, modes, limits, cancellationToken) => _mount!.AttachSpecialAsync(root, path, modes, limits, cancellationToken),
            ForgetName);
    }

    /// <summary>The path at which it is mounted.</summary>
    public string Path { get; }

    /// <summary>The daemon's private folder: mode 0700, removed at the end.</summary>
    public string Folder => _scratch.Folder;

    /// <summary>How the mount was made.</summary>
    public MountStrategy Strategy => _mount!.Strategy;

    /// <summary>Requests of all roots so far.</summary>
    public FuseStatistics Statistics => _mount!.Session.Statistics;

    /// <summary>Ends when the mount is gone (unmounted by somebody), or fails when the device breaks.</summary>
    public Task Completion => _mount!.Session.Completion;

    /// <summary>Mounts it and serves it until the result is disposed. A dead daemon's mount there is detached if it is ours.</summary>
    /// <param name="options">Where, how.</param>
    /// <param name="directories">Where directories come from.</param>
    /// <param name="blobs">Where file contents come from.</param>
    /// <exception cref="BuildDirectoryException">Taken by another daemon, or Unusable.</exception>
    /// <exception cref="FuseMountException">It cannot be mounted; says what is missing.</exception>
    /// <exception cref="IOException">The scratch folder cannot be made.</exception>
    public static async Task<BuildDirectory> StartAsync(BuildDirectoryOptions options, IDirectorySource directories, IBlobCache blobs)
    {
        options = options with { Directory = BuildDirectoryLock.Resolve(System.IO.Path.GetFullPath(options.Directory)) };
        BuildDirectoryLock taken = BuildDirectoryLock.Take(options.Directory, options.Mount, options.Logger);
        ScratchDirectory scratch;
        try
        {
            scratch = ScratchDirectory.Create(options.ScratchParent, options.Logger);
        }
        catch
        {
            taken.Dispose();
            throw;
        }

        BuildDirectory served = new(options, taken, scratch, directories, blobs);
        try
        {
            served.Serve(options);
            return served;
        }
        catch
        {
            await served.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes a root. Costs no mount, and fetches the root's top directory at most.</summary>
    /// <param name="id">The name of its directory; null: one of the build directory's own.</param>
    /// <param name="options">Which.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <returns>The root, which is there now; to be disposed.</returns>
    /// <exception cref="BuildDirectoryException">BadName, NameTaken, TooManyRoots, Closed.</exception>
    /// <exception cref="CasException">An input directory that is needed at once cannot be had; names its digest.</exception>
    /// <exception cref="Outputs.OutputException">An output's path that REAPI forbids.</exception>
    /// <exception cref="IOException">The scratch disk refused.</exception>
    public Task<BuildRoot> CreateAsync(string? id, BuildRootOptions options, CancellationToken cancellationToken) =>
        _roots.CreateAsync(id, options, cancellationToken);

    /// <summary>The root of that name, also while it is being removed; null: there is none.</summary>
    public BuildRoot? Find(string id) => _roots.Find(id);

    /// <summary>The roots there are, in no order.</summary>
    public IReadOnlyList<BuildRoot> List() => _roots.List();

    /// <summary>Unmounts, removes every root, and releases everything.</summary>
    public async ValueTask DisposeAsync()
    {
        _mount?.Unmount();
        await _roots.DisposeAsync().ConfigureAwait(false); // requests are answered still, so that nothing waits for us in the kernel
        if (_mount is not null)
        {
            await _mount.DisposeAsync().ConfigureAwait(false);
        }

        _scratch.Dispose();
        _lock.Dispose();
    }

    private void Serve(BuildDirectoryOptions options)
    {
        string source = $"{options.Mount.Source}:{Folder}";
        FuseMountOptions mount = FuseMountOptions.IsName(source) ? options.Mount with { Source = source } : options.Mount;
        _mount = new ServedMount(Path, _roots.Top, mount, options.Logger);
        _mount.Serve(options.Session);
    }

    /// <summary>The kernel drops the name with what it knows below. Before INIT it knows none.</summary>
    private Errno ForgetName(ulong parent, byte[] name) => _mount!.Session.Initialized is { IsCompletedSuccessfully: true } initialized
        ? initialized.Result.Notifier.InvalidateEntry(parent, name)
        : Errno.Success;
}
