namespace VirtualRoot.Tree;

/// <summary>
/// How much an action may write in a root: bytes on the scratch disk, as <c>st_blocks</c> counts them, and files,
/// directories, links and pipes that it makes. Inputs count nothing until bytes of theirs are copied. Protected by the
/// root's gate.
/// </summary>
public sealed class RootQuota
{
    internal RootQuota(long? maxBytes, long? maxInodes)
    {
        MaxBytes = maxBytes;
        MaxInodes = maxInodes;
    }

    /// <summary>The bound in bytes; null: the scratch disk's space.</summary>
    public long? MaxBytes { get; }

    /// <summary>The bound in inodes; null: none.</summary>
    public long? MaxInodes { get; }

    /// <summary>Bytes on the scratch disk now.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>The most bytes at one time.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Inodes made and not yet gone.</summary>
    public long UsedInodes { get; private set; }

    /// <summary>The most inodes at one time.</summary>
    public long PeakInodes { get; private set; }

    /// <summary>Whether anything was refused: the action met ENOSPC that is this root's, not the disk's.</summary>
    public bool WasReached { get; private set; }

    /// <summary>Bytes that may still be written.</summary>
    internal long FreeBytes => MaxBytes is { } bound ? Math.Max(0, bound - UsedBytes) : long.MaxValue;

    internal bool TryTakeBytes(long bytes)
    {
        if (bytes > FreeBytes)
        {
            WasReached = true;
            return false;
        }

        UsedBytes += bytes;
        return true;
    }

    internal void GiveBackBytes(long bytes) => UsedBytes -= bytes;

    /// <summary>A file occupies <paramref name="bytes"/> more (or fewer) than it did: what is on the disk counts, bound or not.</summary>
    internal void Settle(long bytes)
    {
        UsedBytes += bytes;
        PeakBytes = Math.Max(PeakBytes, UsedBytes);
    }

    internal bool TryTakeInode()
    {
        if (UsedInodes >= MaxInodes)
        {
            WasReached = true;
            return false;
        }

        UsedInodes++;
        PeakInodes = Math.Max(PeakInodes, UsedInodes);
        return true;
    }

    internal void GiveBackInode() => UsedInodes--;
}
