using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Execution.Tests.Mounts;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Worker.Control;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Execution.Tests.Control;

/// <summary>A build directory of this process, with its control API, and somebody who calls it.</summary>
internal sealed class ServedBuild : IAsyncDisposable
{
    private readonly TestDirectory _directory;
    private readonly ControlServer _server;
    private readonly GrpcChannel _channel;

    private ServedBuild(MountedBuild mounted, TestDirectory directory, ControlServer server)
    {
        Mounted = mounted;
        _directory = directory;
        _server = server;
        _channel = GrpcChannel.ForAddress("unix:" + server.Path, new GrpcChannelOptions());
    }

    public MountedBuild Mounted { get; }

    public string Socket => _server.Path;

    public static async Task<ServedBuild> StartAsync()
    {
        TestDirectory directory = new();
        MountedBuild mounted = await MountedBuild.StartAsync();
        return new ServedBuild(mounted, directory, await ControlServer.StartAsync(directory["control"], mounted.Build, mounted.Cas.Sink, NullLogger.Instance, CancellationToken.None));
    }

    public Task<Root> CreateAsync(string id, Action<CreateRootRequest>? configure = null)
    {
        CreateRootRequest request = new() { Id = id, InputRoot = Mounted.Inputs.ToString() };
        configure?.Invoke(request);
        return CallAsync(ControlMethods.CreateRoot, request);
    }

    public async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, TimeSpan? limit = null)
        where TRequest : class
        where TResponse : class =>
        await _channel.UnaryAsync(method, request, new CallOptions(Timeout: limit ?? MountedBuild.Limit));

    public async Task<StatusCode> FailAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, TimeSpan? limit = null)
        where TRequest : class
        where TResponse : class =>
        (await Assert.ThrowsAsync<RpcException>(() => CallAsync(method, request, limit))).StatusCode;

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _server.DisposeAsync();
        await Mounted.DisposeAsync();
        _directory.Dispose();
    }
}
