using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Worker;

namespace VirtualRoot.Bench.Actions;

/// <summary>An endpoint like <c>vroot serve</c>, in this process, whose roots are written to the disk first.</summary>
internal sealed class EagerWorker : IAsyncDisposable
{
    private readonly BlobStore _store;
    private readonly CasSession _session;
    private readonly ActionLauncher _launcher;
    private readonly CasServerHost _host;

    private EagerWorker(BlobStore store, CasSession session, ActionLauncher launcher, CasServerHost host)
    {
        _store = store;
        _session = session;
        _launcher = launcher;
        _host = host;
    }

    public string Address => _host.Address;

    public static async Task<EagerWorker> StartAsync(string vroot, string directory, bool links)
    {
        BlobStoreOptions storage = new() { Directory = Path.Combine(directory, "store") };
        BlobStore store = BlobStore.Open(storage);
        CasSession session = CasSession.Open(store, null);
        ActionLauncher launcher = new(Path.Combine(Path.GetDirectoryName(vroot)!, "vroot-init"));
        EagerRoot roots = new(session, Directory.CreateDirectory(Path.Combine(directory, "pool")).FullName, links);
        EagerRunner runner = new(session, launcher, roots, Directory.CreateDirectory(Path.Combine(directory, "build")).FullName);
        CasServerOptions options = new() { Addresses = ["grpc://127.0.0.1:0"], Storage = storage, Execution = new ExecutionOptions { Runner = runner, Cas = session } };
        return new EagerWorker(store, session, launcher, await CasServerHost.StartAsync(options, store));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _launcher.Dispose();
        await _session.DisposeAsync();
        _store.Dispose();
    }
}
