using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace VirtualRoot.Grpc.Server;

/// <summary>Kestrel for gRPC: HTTP/2 alone, windows for large messages, no limits that streams would meet.</summary>
internal static class KestrelSetup
{
    // Some chunks of 1 MiB on their way for one stream; the connection has room for several such streams.
    private const int StreamWindow = 4 * 1024 * 1024;
    private const int ConnectionWindow = 16 * 1024 * 1024;

    // Half of Kestrel's response buffer is what a handler may write ahead of a slow client.
    private const int ResponseBuffer = 1024 * 1024;

    public static KestrelServer Create(GrpcServerOptions options)
    {
        List<GrpcAddress> addresses = [.. options.Addresses.Select(GrpcAddress.Parse)];
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            ApplicationServices = addresses.Exists(static address => address.IsTls) ? KestrelServices.ForTls() : KestrelServices.Plain,
        };
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxResponseBufferSize = ResponseBuffer;
        limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        limits.Http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection;
        limits.Http2.KeepAlivePingDelay = options.KeepAlivePingDelay;
        limits.Http2.KeepAlivePingTimeout = options.KeepAlivePingTimeout;
        foreach (GrpcAddress address in addresses)
        {
            Listen(kestrel, address, options);
        }

        var transport = new SocketTransportOptions { CreateBoundListenSocket = ListenSocket.Bind };
        return new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(transport), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>Kestrel's form of a bound address in the form that channels take.</summary>
    public static string ToGrpcAddress(string address)
    {
        const string unixPrefix = "http://unix:";
        return address.StartsWith(unixPrefix, StringComparison.Ordinal)
            ? "unix:" + address[unixPrefix.Length..]
            : GrpcAddress.Parse(address).ToString();
    }

    /// <summary>An address of one of the accepted forms, whose host is one to listen on.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static GrpcAddress ParseListened(string address)
    {
        GrpcAddress parsed = GrpcAddress.Parse(address);
        if (parsed.SocketPath is null)
        {
            _ = ToIpAddress(parsed);
        }

        return parsed;
    }

    private static void Listen(KestrelServerOptions kestrel, GrpcAddress address, GrpcServerOptions options)
    {
        if (address.SocketPath is { } path)
        {
            kestrel.ListenUnixSocket(path, static listen => listen.Protocols = HttpProtocols.Http2);
            return;
        }

        kestrel.Listen(ToIpAddress(address), address.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (address.IsTls)
            {
                listen.UseHttps(CreateTls(options.Tls!));
            }
        });
    }

    private static IPAddress ToIpAddress(GrpcAddress address)
    {
        if (address.Host == "localhost")
        {
            return IPAddress.Loopback;
        }

        return IPAddress.TryParse(address.Host, out IPAddress? ip)
            ? ip
            : throw new ArgumentException($"cannot listen on '{address}': give an IP address, such as 127.0.0.1 or 0.0.0.0");
    }

    private static HttpsConnectionAdapterOptions CreateTls(GrpcTlsOptions tls)
    {
        var https = new HttpsConnectionAdapterOptions { ServerCertificate = CertificateFiles.Load(tls.CertificateFile!, tls.KeyFile) };
        if (tls.CaFile is { } caFile)
        {
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.OnAuthenticate = (_, authentication) => authentication.CertificateChainPolicy = CertificateFiles.TrustOnly(caFile);
        }

        return https;
    }
}
