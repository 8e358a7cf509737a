namespace VirtualRoot.CasClient.Remote;

/// <summary>What a server says it can do (REAPI <c>ServerCapabilities</c>), or the defaults of one that does not say.</summary>
public sealed record CasCapabilities
{
    /// <summary>Whether the server answered at all; without, everything here is a default.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>The oldest API version served, such as <c>2.0.0</c>; empty if unknown.</summary>
    public string LowApiVersion { get; init; } = string.Empty;

    /// <summary>The newest API version served; empty if unknown.</summary>
    public string HighApiVersion { get; init; } = string.Empty;

    /// <summary>The digest functions served that we can compute too.</summary>
    public IReadOnlyList<DigestFunction> DigestFunctions { get; init; } = [DigestFunction.Sha256];

    /// <summary>All digest functions served, by REAPI's names, also those that we cannot compute.</summary>
    public IReadOnlyList<string> AnnouncedDigestFunctions { get; init; } = [];

    /// <summary><c>max_batch_total_size_bytes</c>; 0 where the server sets none.</summary>
    public long MaxBatchTotalSizeBytes { get; init; }

    /// <summary><c>max_cas_blob_size_bytes</c>; 0 where the server sets none.</summary>
    public long MaxBlobSizeBytes { get; init; }

    /// <summary>Whether ByteStream and BatchReadBlobs offer zstd.</summary>
    public bool HasZstd { get; init; }

    /// <summary>Whether BatchUpdateBlobs takes zstd.</summary>
    public bool HasZstdBatchUpdate { get; init; }

    /// <summary>Whether the action cache may be written.</summary>
    public bool ActionCacheUpdateEnabled { get; init; }

    internal static CasCapabilities From(Protos.ServerCapabilities message)
    {
        Protos.CacheCapabilities cache = message.CacheCapabilities ?? new();
        DigestFunction[] functions = [.. cache.DigestFunctions.Select(value => (DigestFunction)(int)value).Where(DigestHasher.IsSupported)];
        return new CasCapabilities
        {
            IsAnnounced = true,
            LowApiVersion = Version(message.LowApiVersion),
            HighApiVersion = Version(message.HighApiVersion),
            DigestFunctions = cache.DigestFunctions.Count == 0 ? [DigestFunction.Sha256] : functions,
            AnnouncedDigestFunctions = [.. cache.DigestFunctions.Select(value => value.ToString().ToUpperInvariant())],
            MaxBatchTotalSizeBytes = Math.Max(0, cache.MaxBatchTotalSizeBytes),
            MaxBlobSizeBytes = Math.Max(0, cache.MaxCasBlobSizeBytes),
            HasZstd = cache.SupportedCompressors.Contains(Protos.Compressor.Types.Value.Zstd),
            HasZstdBatchUpdate = cache.SupportedBatchUpdateCompressors.Contains(Protos.Compressor.Types.Value.Zstd),
            ActionCacheUpdateEnabled = cache.ActionCacheUpdateCapabilities?.UpdateEnabled ?? false,
        };
    }

    private static string Version(Protos.SemVer? version) =>
        version is null ? string.Empty : $"{version.Major}.{version.Minor}.{version.Patch}{(version.Prerelease.Length > 0 ? "-" + EscapedText.Of(version.Prerelease) : string.Empty)}";
}
