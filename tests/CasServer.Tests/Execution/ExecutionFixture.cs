using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>A server that executes by a <see cref="FakeRunner"/>, on loopback, with a store of its own, and a channel to it.</summary>
internal sealed class ExecutionFixture : IAsyncDisposable
{
    private readonly string _root = Path.Join(Path.GetTempPath(), "vroot-exec-" + Guid.NewGuid().ToString("N"));
    private int _actions;

    private ExecutionFixture()
    {
        Store = BlobStore.Open(new BlobStoreOptions { Directory = _root });
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public FakeRunner Runner { get; } = new();

    public RecordingLogger Log { get; } = new();

    public BlobStore Store { get; }

    public CasSession Cas { get; private set; } = null!;

    public CasServerHost Host { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    /// <summary>A server that answers at once with exit code 0, or as <see cref="FakeRunner.Answer"/> says.</summary>
    public static async Task<ExecutionFixture> AnsweringAsync(Func<ExecutionOptions, ExecutionOptions>? configure = null)
    {
        ExecutionFixture fixture = await StartAsync(configure);
        fixture.Runner.Answer = static _ => Task.FromResult(FakeRunner.Exited());
        return fixture;
    }

    public static async Task<ExecutionFixture> StartAsync(
        Func<ExecutionOptions, ExecutionOptions>? configure = null, CasEndpointOptions? endpoint = null, Func<CasServerOptions, CasServerOptions>? server = null)
    {
        ExecutionFixture fixture = new();
        fixture.Cas = CasSession.Open(fixture.Store, endpoint);
        ExecutionOptions execution = new() { Runner = fixture.Runner, Cas = fixture.Cas, WorkerName = "fake", Slots = 4 };
        CasServerOptions options = new()
        {
            Addresses = ["grpc://127.0.0.1:0"],
            Storage = new BlobStoreOptions { Directory = fixture._root },
            Logger = fixture.Log,
            Execution = configure?.Invoke(execution) ?? execution,
        };
        fixture.Host = await CasServerHost.StartAsync(server?.Invoke(options) ?? options, fixture.Store);
        fixture.Channel = GrpcChannel.ForAddress(fixture.Host.Address);
        return fixture;
    }

    public Digest Put(byte[] bytes)
    {
        Digest digest = ServerFixture.DigestOf(bytes);
        Store.Put(digest, bytes);
        return digest;
    }

    public Digest Put(IMessage message) => Put(message.ToByteArray());

    /// <summary>A new action, which differs from all before it.</summary>
    public Digest PutAction(Action<Protos.Command>? command = null, Action<Protos.Action>? action = null)
    {
        Protos.Command message = new() { Arguments = { "tool", $"{Interlocked.Increment(ref _actions)}" } };
        command?.Invoke(message);
        Protos.Action whole = new() { CommandDigest = Put(message).ToMessage(), InputRootDigest = Put(new Protos.Directory()).ToMessage() };
        action?.Invoke(whole);
        return Put(whole);
    }

    public ExecutionCall Execute(Digest action, Action<Protos.ExecuteRequest>? configure = null)
    {
        Protos.ExecuteRequest request = new() { ActionDigest = action.ToMessage() };
        configure?.Invoke(request);
        return Execute(request);
    }

    public ExecutionCall Execute(Protos.ExecuteRequest request) => new(Channel.AsyncServerStreamingCall(ExecutionMethods.Execute, request));

    public ExecutionCall Wait(string name) =>
        new(Channel.AsyncServerStreamingCall(ExecutionMethods.WaitExecution, new Protos.WaitExecutionRequest { Name = name }));

    public async Task<Protos.ExecuteResponse> RunAsync(Digest action, Action<Protos.ExecuteRequest>? configure = null)
    {
        using ExecutionCall call = Execute(action, configure);
        return await call.ResponseAsync();
    }

    /// <summary>The status with which an Execute call is refused, with its details.</summary>
    public async Task<Protos.Status> RefusedAsync(StatusCode code, Protos.ExecuteRequest request)
    {
        using ExecutionCall call = Execute(request);
        RpcException exception = await ServerFixture.FailsAsync(code, call.RestAsync);
        return exception.Status.DetailsBin.IsEmpty
            ? new Protos.Status { Code = (int)code, Message = exception.Status.Detail }
            : Protos.Status.Parser.ParseFrom(exception.Status.DetailsBin.Span);
    }

    public Task<Protos.Status> RefusedAsync(StatusCode code, Digest action) =>
        RefusedAsync(code, new Protos.ExecuteRequest { ActionDigest = action.ToMessage() });

    public Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request) =>
        Channel.UnaryAsync(method, request, new CallOptions(Timeout: Patience));

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await Host.DisposeAsync().AsTask().WaitAsync(Patience);
        await Cas.DisposeAsync();
        Store.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
