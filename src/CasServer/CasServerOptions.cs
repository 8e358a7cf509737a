using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer;

/// <summary>Where the embedded CAS listens, and what it keeps.</summary>
public sealed record CasServerOptions
{
    /// <summary>Addresses: <c>grpc://host:port</c> (port 0: any free one), <c>grpcs://…</c>, <c>unix:/path</c>.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The store of blobs; its directory holds the action cache too.</summary>
    public required BlobStoreOptions Storage { get; init; }

    /// <summary>The only instance name served; null serves any: blobs are shared, action results are kept apart.</summary>
    public string? InstanceName { get; init; }

    /// <summary>The largest blob accepted, in bytes; null leaves it to the store's bound.</summary>
    public long? MaxBlobBytes { get; init; }

    /// <summary>Action results kept; beyond it those that were used longest ago go.</summary>
    public int MaxActionResults { get; init; } = 100_000;

    /// <summary>How long an upload that broke off waits to be resumed.</summary>
    public TimeSpan UploadIdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>TLS of <c>grpcs://</c> addresses.</summary>
    public GrpcTlsOptions? Tls { get; init; }

    /// <summary>How long the end waits for calls in progress.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where failures are told.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock of abandoned uploads.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Runs actions, too; null: a CAS and action cache alone.</summary>
    public ExecutionOptions? Execution { get; init; }

    /// <summary>Told of every call's end; null for nobody.</summary>
    public IServerCallObserver? CallObserver { get; init; }

    /// <summary>Checks every option but the store's.</summary>
    /// <exception cref="ArgumentException">All faults at once, one a line.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (Addresses.Count == 0)
        {
            faults.Add("no address to listen on: name one, such as grpc://127.0.0.1:8980 or unix:/run/vroot/cas.sock");
        }

        if (MaxBlobBytes is <= 0)
        {
            faults.Add($"the largest blob has {MaxBlobBytes} bytes: it must be positive");
        }

        if (MaxActionResults <= 0)
        {
            faults.Add($"{MaxActionResults} action results are kept: it must be positive");
        }

        if (UploadIdleTimeout <= TimeSpan.Zero)
        {
            faults.Add($"uploads wait {UploadIdleTimeout}: it must be positive");
        }

        faults.AddRange(Execution?.Faults() ?? []);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join('\n', faults));
        }

        ToGrpc().Validate();
    }

    internal GrpcServerOptions ToGrpc() => new()
    {
        Addresses = Addresses,
        Tls = Tls,
        ShutdownTimeout = ShutdownTimeout,
        Logger = Logger,
        Observer = CallObserver,
    };
}
