namespace VirtualRoot.Grpc;

/// <summary>TLS of a channel or a host. All files are PEM. There is no way to switch verification off.</summary>
public sealed record GrpcTlsOptions
{
    /// <summary>The only CA certificates trusted; null for those of the machine. On a host: clients must present a certificate of these.</summary>
    public string? CaFile { get; init; }

    /// <summary>The certificate to present; on a channel null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The certificate's private key; null if it stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>On a channel: the name that the server's certificate must have, and the authority sent, instead of the address's host.</summary>
    public string? ServerName { get; init; }
}
