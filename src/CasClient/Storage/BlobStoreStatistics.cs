namespace VirtualRoot.CasClient.Storage;

/// <summary>What a <see cref="BlobStore"/> holds and has done since it was opened.</summary>
/// <param name="Blobs">Blobs on disk; until <paramref name="IsComplete"/> only those that this store wrote.</param>
/// <param name="Bytes">Bytes on disk in whole blocks; until <paramref name="IsComplete"/> only of those that this store wrote.</param>
/// <param name="Evictions">Blobs evicted by this store.</param>
/// <param name="EvictedBytes">Bytes on disk that they gave back.</param>
/// <param name="Damaged">Blobs dropped since their size or bytes were wrong.</param>
/// <param name="IsComplete">Whether the directory has been scanned.</param>
public readonly record struct BlobStoreStatistics(
    long Blobs, long Bytes, long Evictions, long EvictedBytes, long Damaged, bool IsComplete);
