using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace VirtualRoot.Grpc.Client;

/// <summary>The HTTP/2 stack of a channel.</summary>
internal static class ChannelHandler
{
    // Room for some chunks of 1 MiB on their way at once; the connection's own window is 64 MiB in SocketsHttpHandler.
    private const int StreamWindow = 8 * 1024 * 1024;

    public static SocketsHttpHandler Create(GrpcAddress address, GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindow,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseCookies = false,
            UseProxy = false,
        };
        if (address.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }

        if (address.IsTls)
        {
            handler.SslOptions = CreateTls(options.Tls ?? new GrpcTlsOptions());
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions CreateTls(GrpcTlsOptions tls)
    {
        var options = new SslClientAuthenticationOptions();
        if (tls.CaFile is { } caFile)
        {
            options.CertificateChainPolicy = CertificateFiles.TrustOnly(caFile);
        }

        if (tls.CertificateFile is { } certificateFile)
        {
            X509Certificate2 certificate = CertificateFiles.Load(certificateFile, tls.KeyFile);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        return options;
    }
}
