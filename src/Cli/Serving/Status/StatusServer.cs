using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>The listener of people, probes and Prometheus: plain HTTP on Kestrel, bare as for gRPC. It reads, and changes nothing.</summary>
internal sealed class StatusServer : IAsyncDisposable
{
    // Browsers, a scraper and a probe: who wants more is none of them.
    private const int MaxConnections = 64;
    private const int MaxRequestBytes = 16 * 1024;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;

    private StatusServer(KestrelServer server)
    {
        _server = server;
        Address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
    }

    /// <summary>Where it listens, as a URL.</summary>
    public string Address { get; }

    /// <summary>Where to listen.</summary>
    /// <exception cref="CliException">It is no address of this machine's in numbers.</exception>
    public static IPEndPoint Parse(SettingValue value)
    {
        string text = value.Text.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + value.Text["localhost".Length..] : value.Text;
        return text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && !text.EndsWith(']')
            ? endPoint
            : throw CliException.Usage($"{value.Origin}: '{PrintableText.Of(value.Text)}' is no ADDRESS:PORT: write 127.0.0.1:9980, or port 0 for any free one");
    }

    /// <summary>Listens.</summary>
    /// <exception cref="CliException">It cannot.</exception>
    public static async Task<StatusServer> StartAsync(IPEndPoint endPoint, StatusApplication application, CancellationToken cancellationToken)
    {
        KestrelServerOptions options = new() { AddServerHeader = false, ApplicationServices = new LoggerFactoryAlone() };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestHeadersTotalSize = MaxRequestBytes;
        options.Limits.MaxRequestBodySize = MaxRequestBytes;
        options.Listen(endPoint, static listen => listen.Protocols = HttpProtocols.Http1);
        KestrelServer server = new(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
        try
        {
            await server.StartAsync(application, cancellationToken);
            return new StatusServer(server);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            server.Dispose();
            throw new CliException($"cannot serve the status on {endPoint}: {exception.Message.TrimEnd('.')}. Name another address by --status-listen", inner: exception);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(s_farewell);
        await _server.StopAsync(patience.Token);
        _server.Dispose();
    }

    /// <summary>All that Kestrel asks of a container without TLS.</summary>
    private sealed class LoggerFactoryAlone : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? NullLoggerFactory.Instance : null;
    }
}
