using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>Where a CAS is, how to reach it, and how patient to be with it.</summary>
public sealed record CasEndpointOptions
{
    /// <summary><c>grpc://host:port</c>, <c>grpcs://host:port</c> or <c>unix:/path</c>.</summary>
    public required string Address { get; init; }

    /// <summary>REAPI's instance name; empty for the server's default.</summary>
    public string Instance { get; init; } = string.Empty;

    /// <summary>PEM file of the CA certificates to trust; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of our certificate (mTLS), with <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Sent with every call. They may be secrets (<c>authorization</c>): never logged, never in messages.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one unary call may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream may stay silent.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long failures are retried without any progress before they are told.</summary>
    public TimeSpan RetryDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The first pause between attempts; each further one is about twice as long.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes in a batch with all overhead, where the server allows as many. 4 MiB: what gRPC servers accept unless told.</summary>
    public int MaxBatchBytes { get; init; } = 4 << 20;

    /// <summary>The longest message accepted, in bytes; a server that sends more is refused before memory is spent.</summary>
    public int MaxMessageBytes { get; init; } = 64 << 20;

    /// <summary>Blobs up to this size travel in batches, larger ones each in a stream. 128 KiB: from there on a stream's
    /// own round trip is lost in its transfer time.</summary>
    public int MaxBatchedBlobBytes { get; init; } = 128 << 10;

    /// <summary>Whether blobs travel compressed.</summary>
    public ZstdMode Zstd { get; init; } = ZstdMode.Auto;

    /// <summary>The clock of retries and timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">All faults at once, one a line.</exception>
    public void Validate()
    {
        List<string> faults = [];
        CheckAddress(faults);
        CheckFile(CaFile, "CA file", faults);
        CheckFile(CertificateFile, "certificate file", faults);
        CheckFile(KeyFile, "key file", faults);
        Require((CertificateFile is null) == (KeyFile is null), "a client certificate needs both its certificate file and its key file", faults);
        Require(!Instance.StartsWith('/') && !Instance.EndsWith('/'), $"the instance '{EscapedText.Of(Instance)}' must not begin or end with '/'", faults);
        foreach ((string name, string value) in Headers)
        {
            bool valid = name.Length > 0
                && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                && value.All(c => c is >= ' ' and <= '~');
            Require(valid, $"the header '{EscapedText.Of(name)}' has characters that HTTP/2 does not carry", faults);
        }

        foreach ((string name, TimeSpan value) in new[]
        {
            ("connect timeout", ConnectTimeout), ("call timeout", CallTimeout), ("stall timeout", StallTimeout),
            ("retry deadline", RetryDeadline), ("retry delay", RetryDelay), ("longest retry delay", MaxRetryDelay),
        })
        {
            Require(value > TimeSpan.Zero, $"the {name} is {value}: it must be positive", faults);
        }

        Require(MaxBatchBytes >= 4096, $"the batch size is {MaxBatchBytes} bytes: at least 4096 are needed", faults);
        Require(MaxMessageBytes >= MaxBatchBytes, $"the message limit of {MaxMessageBytes} bytes is below the batch size of {MaxBatchBytes}", faults);
        Require(MaxBatchedBlobBytes >= 0, $"the size of batched blobs is {MaxBatchedBlobBytes}: it must not be negative", faults);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join('\n', faults));
        }
    }

    /// <summary>Everything but the headers, whose values may be secrets.</summary>
    public override string ToString() => Instance.Length == 0 ? Address : $"{Address} (instance {Instance})";

    internal bool IsLocal =>
        Address.StartsWith("unix:", StringComparison.Ordinal)
        || (Uri.TryCreate(Address, UriKind.Absolute, out Uri? uri) && uri.IsLoopback);

    internal bool IsTls => Address.StartsWith("grpcs:", StringComparison.Ordinal);

    internal GrpcChannelOptions ToChannelOptions(Metadata headers) => new()
    {
        MaxReceiveMessageSize = MaxMessageBytes,
        ConnectTimeout = ConnectTimeout,
        Headers = headers,
        Tls = IsTls ? new GrpcTlsOptions { CaFile = CaFile, CertificateFile = CertificateFile, KeyFile = KeyFile } : null,
    };

    private void CheckAddress(List<string> faults)
    {
        bool unix = Address.StartsWith("unix:", StringComparison.Ordinal) && Address.Length > "unix:".Length;
        bool network = Uri.TryCreate(Address, UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "grpc" or "grpcs" && uri.Host.Length > 0 && uri.Port > 0;
        Require(unix || network, $"the address '{EscapedText.Of(Address)}' is none of grpc://host:port, grpcs://host:port, unix:/path", faults);
        Require(
            IsTls || (CaFile ?? CertificateFile ?? KeyFile) is null,
            $"certificates are of no use with '{EscapedText.Of(Address)}': use grpcs://", faults);
    }

    private static void CheckFile(string? path, string what, List<string> faults) =>
        Require(path is null || File.Exists(path), $"the {what} '{path}' does not exist", faults);

    private static void Require(bool condition, string fault, List<string> faults)
    {
        if (!condition)
        {
            faults.Add(fault);
        }
    }
}
