namespace VirtualRoot.CasClient.Blobs;

/// <summary>The counters of <see cref="BlobStatistics"/> at one moment. Directories are counted apart from files.</summary>
/// <param name="BlobsFetched">File blobs brought from the CAS, verified and stored.</param>
/// <param name="BytesFetched">Their bytes, uncompressed.</param>
/// <param name="CacheHits">File blobs that were opened from disk.</param>
/// <param name="DirectoriesFetched">Directories brought from the CAS, singly, in batches or by GetTree.</param>
/// <param name="DirectoryBytesFetched">Their bytes.</param>
/// <param name="DirectoryCacheHits">Directories read from disk.</param>
/// <param name="Batches">BatchReadBlobs calls.</param>
/// <param name="Streams">ByteStream reads.</param>
/// <param name="TreeCalls">GetTree calls.</param>
/// <param name="Retries">Attempts after a failure that may pass.</param>
/// <param name="CorruptBlobs">Transfers whose bytes did not match their digest.</param>
/// <param name="BlobsUploaded">Blobs sent to the CAS.</param>
/// <param name="BytesUploaded">Their bytes, uncompressed.</param>
public sealed record BlobStatisticsSnapshot(
    long BlobsFetched,
    long BytesFetched,
    long CacheHits,
    long DirectoriesFetched,
    long DirectoryBytesFetched,
    long DirectoryCacheHits,
    long Batches,
    long Streams,
    long TreeCalls,
    long Retries,
    long CorruptBlobs,
    long BlobsUploaded,
    long BytesUploaded);
