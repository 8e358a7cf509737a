namespace VirtualRoot.CasClient.Results;

/// <summary>What REAPI's <c>NodeProperties</c> tells of a file, link or output beyond its bytes.</summary>
public readonly record struct NodeProperties
{
    /// <summary><c>mtime</c>: seconds since 1970 and nanoseconds below 1e9; null: not told.</summary>
    public (long Seconds, uint Nanoseconds)? ModificationTime { get; init; }

    /// <summary><c>unix_mode</c>: permission bits with setuid, setgid and sticky, 07777; null: not told.</summary>
    public uint? UnixMode { get; init; }

    /// <summary>Whether nothing is told.</summary>
    public bool IsEmpty => ModificationTime is null && UnixMode is null;

    /// <summary>These, and what only <paramref name="others"/> tells.</summary>
    public NodeProperties Or(in NodeProperties others) => new()
    {
        ModificationTime = ModificationTime ?? others.ModificationTime,
        UnixMode = UnixMode ?? others.UnixMode,
    };
}
