using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer;

/// <summary>
/// The embedded CAS: REAPI's Capabilities, ContentAddressableStorage and ActionCache, and ByteStream, over one
/// <see cref="BlobStore"/>. What is written is verified before anybody sees it; what is read was. With
/// <see cref="CasServerOptions.Execution"/> it runs actions, too: Execution and google.longrunning's Operations.
/// </summary>
public sealed class CasServerHost : IAsyncDisposable
{
    private readonly GrpcServerHost _grpc;
    private readonly UploadTable _uploads;
    private readonly bool _ownsStore;
    private readonly ExecutionEndpoint? _execution;

    private CasServerHost(CasServerOptions options, BlobStore store, bool ownsStore)
    {
        Store = store;
        _ownsStore = ownsStore;
        _uploads = new UploadTable(store, options.UploadIdleTimeout, options.TimeProvider);
        _grpc = new GrpcServerHost(options.ToGrpc());
        RequestCheck check = new(options.InstanceName);
        ActionResultStore results = new(store.Directory, options.MaxActionResults, options.Logger);
        CasSession? remote = options.Execution?.Cas is { Connection: not null } session ? session : null;
        _execution = AddExecution(options, results, remote, check);
        AddServices(options, results, check, servesCas: remote is null);
    }

    /// <summary>The first address listened on, as clients name it.</summary>
    public string Address => _grpc.BoundAddress;

    /// <summary>The addresses listened on, as clients name them.</summary>
    public IReadOnlyList<string> Addresses => _grpc.BoundAddresses;

    /// <summary>The blobs.</summary>
    public BlobStore Store { get; }

    /// <summary>What the execution service is at; null: there is none.</summary>
    public ExecutionStatistics? Execution => _execution?.Statistics;

    /// <summary>Whether no more actions are taken.</summary>
    public bool IsDraining => _execution?.IsDraining ?? false;

    /// <summary>The actions that have a slot, those that have had it longest first.</summary>
    public IReadOnlyList<PendingAction> Running => _execution?.Running ?? [];

    /// <summary>Uploads that broke off and wait to be resumed.</summary>
    internal int IdleUploads => _uploads.IdleCount;

    /// <summary>Opens the store and listens.</summary>
    /// <param name="options">Where and what.</param>
    /// <param name="store">A store that is open already, to be shared in this process and left open at the end; else
    /// <see cref="CasServerOptions.Storage"/> is opened.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    /// <exception cref="CasException">The store cannot be opened.</exception>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public static async Task<CasServerHost> StartAsync(
        CasServerOptions options, BlobStore? store = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        BlobStore opened = store ?? BlobStore.Open(options.Storage);
        CasServerHost? host = null;
        try
        {
            host = new CasServerHost(options, opened, ownsStore: store is null);
            await host._grpc.StartAsync(cancellationToken).ConfigureAwait(false);
            options.Logger.Listening(opened.Directory, string.Join(", ", host.Addresses));
            return host;
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync().ConfigureAwait(false);
            }
            else if (store is null)
            {
                opened.Dispose();
            }

            throw;
        }
    }

    /// <summary>Takes no more actions (UNAVAILABLE), gives up those that wait for a slot, and waits for those that run. Everything
    /// else goes on, so that their clients can have the results.</summary>
    /// <param name="cancellationToken">Cancels those that run, too, and waits for their end.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default) => _execution?.DrainAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>The actions that wait for a slot, those that are next first.</summary>
    /// <param name="most">How many of them.</param>
    public IReadOnlyList<PendingAction> Queued(int most) => _execution?.Queued(most) ?? [];

    /// <summary>Stops listening and waits for calls in progress until <paramref name="cancellationToken"/> is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _grpc.StopAsync(cancellationToken);

    /// <summary>Cancels actions, stops, drops unfinished uploads, and closes the store if this host opened it.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _grpc.DisposeAsync().ConfigureAwait(false);
        _uploads.Dispose();
        if (_ownsStore)
        {
            Store.Dispose();
        }
    }

    private ExecutionEndpoint? AddExecution(CasServerOptions options, ActionResultStore results, CasSession? remote, RequestCheck check)
    {
        if (options.Execution is null)
        {
            return null;
        }

        IActionCache cache = remote is null
            ? new LocalActionCache(results, new ActionOutputs(Store))
            : new RemoteActionCache(remote.Connection!, remote);
        ExecutionEndpoint endpoint = new(options.Execution, Store, cache, check, options.Logger, options.TimeProvider);
        AddServerStreaming(ExecutionMethods.Execute, endpoint.Execution.Execute);
        AddServerStreaming(ExecutionMethods.WaitExecution, endpoint.Execution.WaitExecution);
        AddUnary(ExecutionMethods.ListOperations, endpoint.Operations.ListOperations);
        AddUnary(ExecutionMethods.GetOperation, endpoint.Operations.GetOperation);
        AddUnary(ExecutionMethods.DeleteOperation, endpoint.Operations.DeleteOperation);
        AddUnary(ExecutionMethods.CancelOperation, endpoint.Operations.CancelOperation);
        AddUnary(ExecutionMethods.WaitOperation, endpoint.Operations.WaitOperation);
        return endpoint;
    }

    private void AddServices(CasServerOptions options, ActionResultStore results, RequestCheck check, bool servesCas)
    {
        long maxBlobBytes = Math.Min(options.MaxBlobBytes ?? long.MaxValue, Store.MaxBytes);
        CapabilitiesService capabilities = new(check, servesCas ? maxBlobBytes : null, executes: options.Execution is not null);
        AddUnary(CasMethods.GetCapabilities, capabilities.GetCapabilities);
        if (!servesCas)
        {
            return;
        }

        ContentAddressableStorageService cas = new(Store, check, maxBlobBytes);
        TreeService trees = new(Store, check);
        ByteStreamReading reading = new(Store, check);
        ByteStreamWriting writing = new(Store, _uploads, check, maxBlobBytes);
        ActionCacheService actions = new(results, new ActionOutputs(Store), check);
        AddUnary(CasMethods.FindMissingBlobs, cas.FindMissingBlobs);
        AddUnary(CasMethods.BatchReadBlobs, cas.BatchReadBlobs);
        AddUnary(CasMethods.BatchUpdateBlobs, cas.BatchUpdateBlobs);
        AddUnary(CasMethods.GetActionResult, actions.GetActionResult);
        AddUnary(CasMethods.UpdateActionResult, actions.UpdateActionResult);
        AddUnary(CasMethods.QueryWriteStatus, writing.QueryWriteStatus);
        AddServerStreaming(StoredTreePage.GetTree, trees.GetTree);
        AddServerStreaming(CasMethods.Read, reading.Read);
        _grpc.AddClientStreaming(
            CasMethods.Write, (requests, context) => ServerFailure.TranslateAsync(() => writing.Write(requests, context)));
    }

    private void AddUnary<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<TRequest, ServerCallContext, Task<TResponse>> handler) =>
        _grpc.AddUnary(method, (request, context) => ServerFailure.TranslateAsync(() => handler(request, context)));

    private void AddServerStreaming<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task<bool>> handler) =>
        _grpc.AddServerStreaming(method, (request, responses, context) => ServerFailure.TranslateAsync(() => handler(request, responses, context)));
}
