using VirtualRoot.Building;
using VirtualRoot.CasServer;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Serving.Status;
using VirtualRoot.Worker;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Serving;

/// <summary>All of <c>vroot serve</c> in one process: the CAS, the build directory, the worker, and the endpoint before them;
/// released in the opposite order.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _owned = new();
    private BuildDirectory? _build;
    private CasServerHost? _host;

    private WorkerServer()
    {
    }

    /// <summary>The addresses listened on.</summary>
    public IReadOnlyList<string> Addresses => _host!.Addresses;

    /// <summary>What its status listener looks at.</summary>
    public WorkerStatus Status { get; private set; } = null!;

    /// <summary>Ends when somebody has unmounted the build directory, or fails when the device breaks.</summary>
    public Task MountEnd => _build!.Completion;

    /// <summary>Starts everything.</summary>
    /// <param name="cas">The CAS; stays its owner's.</param>
    /// <param name="build">Where roots are made.</param>
    /// <param name="worker">How actions run.</param>
    /// <param name="configure">Makes the endpoint's options of the runner.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<WorkerServer> StartAsync(
        OpenedCas cas, BuildDirectoryOptions build, WorkerOptions worker, Func<IActionRunner, CasServerOptions> configure, CancellationToken cancellationToken)
    {
        WorkerServer server = new();
        try
        {
            server._build = server.Own(await BuildDirectory.StartAsync(build, cas.Session.Directories, cas.Session.Blobs));
            ActionLauncher launcher = server.OwnDisposable(new ActionLauncher());
            ActionCgroups? cgroups = await OpenCgroupsAsync(worker);
            if (cgroups is not null)
            {
                server.Own(cgroups);
            }

            WorkerActionRunner runner = server.OwnDisposable(new WorkerActionRunner(server._build, launcher, cas.Session, cgroups, worker));
            server._host = server.Own(await CasServerHost.StartAsync(configure(runner), cas.Store, cancellationToken));
            server.Status = new WorkerStatus(server._build, server._host, cas, runner);
            worker.Logger.Working(server._build.Path, server._build.Strategy.ToString());
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more actions and waits for those that run; <paramref name="cancellationToken"/> cancels these.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => _host!.DrainAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out Func<ValueTask>? release))
        {
            await release();
        }
    }

    private static async Task<ActionCgroups?> OpenCgroupsAsync(WorkerOptions worker) => worker switch
    {
        { Cgroup: null } => null,
        { Cgroup: WorkerOptions.OwnCgroup } => await ActionCgroups.TryOpenOwnAsync(worker.CgroupLimits, worker.Logger),
        { Cgroup: { } directory } => await ActionCgroups.OpenAsync(directory, worker.CgroupLimits, worker.Logger),
    };

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned.DisposeAsync);
        return owned;
    }

    private T OwnDisposable<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(() =>
        {
            owned.Dispose();
            return ValueTask.CompletedTask;
        });
        return owned;
    }
}
