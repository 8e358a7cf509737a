namespace VirtualRoot.Grpc.Tests;

/// <summary>Our host with the test service, on TCP and on a unix socket.</summary>
public sealed class OwnServerFixture : IAsyncLifetime, IAsyncDisposable
{
    private readonly string _socket = Path.Combine(Path.GetTempPath(), $"vroot-grpc-{Guid.NewGuid():N}.sock");
    private GrpcServerHost _host = null!;

    public string TcpAddress => _host.BoundAddresses[0];

    public string UnixAddress => _host.BoundAddresses[1];

    public async Task InitializeAsync()
    {
        _host = new GrpcServerHost(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0", "unix:" + _socket] });
        PeerService.AddTo(_host);
        await _host.StartAsync();
    }

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    ValueTask IAsyncDisposable.DisposeAsync() => _host.DisposeAsync();
}
