namespace VirtualRoot.Grpc;

/// <summary>How a channel connects and what it accepts.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>The longest message accepted, in bytes. A longer one fails its call before memory is taken for it.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest message sent, in bytes.</summary>
    public int MaxSendMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// With a call open and nothing received for this long, the server is pinged. Servers may close connections that ping more
    /// often than they allow without data (grpc-go: 5 minutes, after the third such ping).
    /// </summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A server that does not answer a ping for this long is given up: its calls end as UNAVAILABLE.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long connecting, with TLS, may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>TLS for <c>grpcs://</c> addresses; null for the machine's CA certificates and no client certificate.</summary>
    public GrpcTlsOptions? Tls { get; init; }

    /// <summary>Sent with every call, such as <c>authorization</c>. Never logged.</summary>
    public Metadata Headers { get; init; } = [];

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Reports every fault at once.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        List<string> faults = [];
        Require(MaxReceiveMessageSize > 0, "MaxReceiveMessageSize must be positive", faults);
        Require(MaxSendMessageSize > 0, "MaxSendMessageSize must be positive", faults);
        Require(KeepAlivePingDelay >= TimeSpan.FromSeconds(1), "KeepAlivePingDelay must be at least 1 s", faults);
        Require(KeepAlivePingTimeout >= TimeSpan.FromSeconds(1), "KeepAlivePingTimeout must be at least 1 s", faults);
        Require(ConnectTimeout > TimeSpan.Zero, "ConnectTimeout must be positive", faults);
        Require(Tls is null || Tls.KeyFile is null || Tls.CertificateFile is not null, "Tls.KeyFile needs Tls.CertificateFile", faults);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }
    }

    private static void Require(bool condition, string fault, List<string> faults)
    {
        if (!condition)
        {
            faults.Add(fault);
        }
    }
}
