namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// What a tree from a CAS may demand of us. Everything from a CAS is hostile until checked: what exceeds a limit is
/// refused with <see cref="CasErrorKind.LimitExceeded"/>, or ends a prefetch early, before memory is spent on it.
/// </summary>
public sealed record DirectoryLimits
{
    /// <summary>The limits in force where nobody states others.</summary>
    public static DirectoryLimits Default { get; } = new();

    /// <summary>Entries in one directory. 1,048,576: ten times the largest directory met in practice.</summary>
    public int MaxEntries { get; init; } = 1 << 20;

    /// <summary>Bytes in a name: the kernel's NAME_MAX.</summary>
    public int MaxNameBytes { get; init; } = 255;

    /// <summary>Bytes in a symbolic link's target: the kernel's PATH_MAX less its terminator.</summary>
    public int MaxTargetBytes { get; init; } = 4095;

    /// <summary>Levels below the root that a walk by digest follows. A path of 4,095 bytes has at most 2,048 levels.</summary>
    public int MaxDepth { get; init; } = 2048;

    /// <summary>Distinct directories that one walk of a tree (prefetch, totals) visits: 262,144, some 25 MiB of digests.</summary>
    public int MaxTreeDirectories { get; init; } = 1 << 18;

    /// <summary>Entries of those directories together, each directory counted once: 16,777,216.</summary>
    public long MaxTreeEntries { get; init; } = 1 << 24;

    /// <summary>Bytes in one encoded directory. 128 MiB: <see cref="MaxEntries"/> entries of ordinary names.</summary>
    public int MaxMessageBytes { get; init; } = 128 << 20;

    /// <summary>Bytes that decoded directories may hold in memory before old ones are dropped.</summary>
    public long MaxCachedBytes { get; init; } = 256L << 20;
}
