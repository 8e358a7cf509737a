namespace VirtualRoot.Grpc;

/// <summary>Where a server is: TCP or a unix socket, plain or TLS.</summary>
internal sealed record GrpcAddress(string Host, int Port, bool IsTls, string? SocketPath)
{
    private const string UnixScheme = "unix:";

    /// <summary>The base of request URIs.</summary>
    public Uri BaseUri => new UriBuilder(IsTls ? "https" : "http", Host, Port).Uri;

    /// <exception cref="ArgumentException">The address is none of the accepted forms.</exception>
    public static GrpcAddress Parse(string address)
    {
        if (address.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            string path = address[UnixScheme.Length..];
            path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;
            return path.StartsWith('/')
                ? new GrpcAddress("localhost", 80, IsTls: false, path)
                : throw new ArgumentException($"'{address}' needs an absolute path: unix:/path/to/socket");
        }

        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            && uri is { Scheme: "grpc" or "grpcs" or "http" or "https", AbsolutePath: "/" or "", Query: "", Fragment: "", UserInfo: "", Host.Length: > 0 })
        {
            bool isTls = uri.Scheme is "grpcs" or "https";
            int port = uri.Port >= 0 ? uri.Port : isTls ? 443 : 80;
            return new GrpcAddress(uri.Host, port, isTls, SocketPath: null);
        }

        throw new ArgumentException($"'{address}' is no address of a gRPC server: use grpc://host:port, grpcs://host:port or unix:/path");
    }

    /// <summary>The form that users write.</summary>
    public override string ToString() =>
        SocketPath is null ? $"{(IsTls ? "grpcs" : "grpc")}://{Host}:{Port}" : UnixScheme + SocketPath;
}
