using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using VirtualRoot.Grpc.Server;

namespace VirtualRoot.Grpc;

/// <summary>
/// Serves gRPC methods on Kestrel. Kestrel is used bare, without a web application around it: no configuration files, no
/// dependency injection, no console, which is what makes it start fast. Methods are added before <see cref="StartAsync"/>.
/// </summary>
public sealed partial class GrpcServerHost : IAsyncDisposable
{
    private readonly GrpcServerOptions _options;
    private readonly GrpcApplication _application;
    private KestrelServer? _server;
    private bool _stopped;

    /// <summary>A host that does not listen yet.</summary>
    /// <exception cref="ArgumentException">An option, an address or a certificate file is invalid.</exception>
    public GrpcServerHost(GrpcServerOptions options)
    {
        options.Validate();
        _options = options;
        _application = new GrpcApplication(options);
    }

    /// <summary>The addresses listened on, with the real ports, in the forms that <see cref="GrpcChannel.ForAddress"/> takes.</summary>
    public IReadOnlyList<string> BoundAddresses { get; private set; } = [];

    /// <summary>The first of <see cref="BoundAddresses"/>.</summary>
    /// <exception cref="InvalidOperationException">The host has not been started.</exception>
    public string BoundAddress => BoundAddresses.Count > 0 ? BoundAddresses[0] : throw new InvalidOperationException("the host has not been started");

    /// <summary>Listens. When it returns, clients can connect.</summary>
    /// <exception cref="IOException">An address is in use or cannot be bound.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_server is not null)
        {
            throw new InvalidOperationException("the host has been started before");
        }

        _server = KestrelSetup.Create(_options);
        await _server.StartAsync(_application, cancellationToken);
        BoundAddresses = [.. _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(KestrelSetup.ToGrpcAddress)];
    }

    /// <summary>Stops listening, lets calls in progress end, and breaks them off when <paramref name="cancellationToken"/> is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_server is not null && !_stopped)
        {
            _stopped = true;
            await _server.StopAsync(cancellationToken);
        }
    }

    /// <summary>Stops, waiting at most <see cref="GrpcServerOptions.ShutdownTimeout"/> for calls in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(_options.ShutdownTimeout);
        await StopAsync(timeout.Token);
        _server?.Dispose();
    }
}
