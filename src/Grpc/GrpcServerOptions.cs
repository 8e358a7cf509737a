using Microsoft.Extensions.Logging;
using VirtualRoot.Grpc.Server;

namespace VirtualRoot.Grpc;

/// <summary>Where a host listens and what it accepts.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>
    /// The addresses: <c>grpc://127.0.0.1:8980</c> (port 0 lets the kernel choose), <c>grpc://0.0.0.0:8980</c> or
    /// <c>grpc://[::]:8980</c> for every interface, <c>grpcs://…</c> for TLS, <c>unix:/path</c> for a socket of mode 0600.
    /// </summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>TLS of the <c>grpcs://</c> addresses; with a <see cref="GrpcTlsOptions.CaFile"/> clients must present a certificate.</summary>
    public GrpcTlsOptions? Tls { get; init; }

    /// <summary>Whether only this process's own user and root may call; callers over anything but a unix socket are refused then.</summary>
    public bool OwnUserOnly { get; init; }

    /// <summary>The longest message accepted, in bytes.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest message sent, in bytes.</summary>
    public int MaxSendMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Calls open at once on one connection; clients open another connection or wait.</summary>
    public int MaxStreamsPerConnection { get; init; } = 1000;

    /// <summary>A connection without traffic for this long is pinged, so that vanished clients are noticed.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A client that does not answer a ping for this long is given up.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long disposing the host waits for calls in progress before it breaks them off.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Told of handlers that fail unexpectedly; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Told of every call's end; null for nobody.</summary>
    public IServerCallObserver? Observer { get; init; }

    /// <summary>Reports every fault at once.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or an address none to listen on.</exception>
    public void Validate()
    {
        List<string> faults = [];
        Require(Addresses.Count > 0, "Addresses must name at least one address", faults);
        Require(MaxReceiveMessageSize > 0, "MaxReceiveMessageSize must be positive", faults);
        Require(MaxSendMessageSize > 0, "MaxSendMessageSize must be positive", faults);
        Require(MaxStreamsPerConnection > 0, "MaxStreamsPerConnection must be positive", faults);
        Require(KeepAlivePingDelay >= TimeSpan.FromSeconds(1), "KeepAlivePingDelay must be at least 1 s", faults);
        Require(KeepAlivePingTimeout >= TimeSpan.FromSeconds(1), "KeepAlivePingTimeout must be at least 1 s", faults);
        Require(ShutdownTimeout >= TimeSpan.Zero, "ShutdownTimeout must not be negative", faults);
        GrpcAddress[] addresses = [.. Addresses.Select(KestrelSetup.ParseListened)];
        Require(
            Tls?.CertificateFile is not null || !Array.Exists(addresses, static address => address.IsTls),
            "a grpcs:// address needs Tls.CertificateFile",
            faults);
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
