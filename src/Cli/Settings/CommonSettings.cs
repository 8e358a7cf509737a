using Microsoft.Extensions.Logging;
using VirtualRoot.Cli.Output;
using VirtualRoot.Special;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Settings;

/// <summary>What the common options, the environment and the configuration file say together.</summary>
internal sealed record CommonSettings
{
    /// <summary>The CAS's address; null: the embedded one.</summary>
    public string? Cas { get; init; }

    /// <summary>REAPI's instance name.</summary>
    public string Instance { get; init; } = "";

    /// <summary>How long a CAS may be away or silent before its blobs are given up; null: the client's own times.</summary>
    public TimeSpan? CasTimeout { get; init; }

    /// <summary>The cache directory, absolute.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>The bound of the blob cache, and of the embedded CAS, in bytes.</summary>
    public long CacheSize { get; init; } = 10L << 30;

    /// <summary>PEM file of the CA certificates to trust; null: the system's.</summary>
    public string? TlsCa { get; init; }

    /// <summary>PEM file of our certificate.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Sent with each call; their values may be secrets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>What standard error has.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>Whether data on standard output is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Where a root's /proc, /sys and /dev come from.</summary>
    public SpecialModes Special { get; init; } = SpecialModes.Auto;

    /// <summary>Whether statfs tells their own types.</summary>
    public StatfsAnswers StatfsAnswers { get; init; }

    /// <summary>Without the headers' values.</summary>
    public override string ToString() => $"{Cas ?? "embedded CAS"}, instance '{Instance}', cache {CacheDirectory} of {CacheSize} bytes";
}
