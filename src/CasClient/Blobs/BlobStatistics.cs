namespace VirtualRoot.CasClient.Blobs;

/// <summary>What the sources of one session did. The only home of these counters; safe for any number of threads.</summary>
public sealed class BlobStatistics
{
    private long _blobsFetched;
    private long _bytesFetched;
    private long _cacheHits;
    private long _directoriesFetched;
    private long _directoryBytesFetched;
    private long _directoryCacheHits;
    private long _batches;
    private long _streams;
    private long _treeCalls;
    private long _retries;
    private long _corruptBlobs;
    private long _blobsUploaded;
    private long _bytesUploaded;

    /// <summary>The counters now; each is exact, together they may be an instant apart.</summary>
    public BlobStatisticsSnapshot Snapshot() => new(
        Volatile.Read(ref _blobsFetched),
        Volatile.Read(ref _bytesFetched),
        Volatile.Read(ref _cacheHits),
        Volatile.Read(ref _directoriesFetched),
        Volatile.Read(ref _directoryBytesFetched),
        Volatile.Read(ref _directoryCacheHits),
        Volatile.Read(ref _batches),
        Volatile.Read(ref _streams),
        Volatile.Read(ref _treeCalls),
        Volatile.Read(ref _retries),
        Volatile.Read(ref _corruptBlobs),
        Volatile.Read(ref _blobsUploaded),
        Volatile.Read(ref _bytesUploaded));

    internal void CountBlob(long bytes)
    {
        Interlocked.Increment(ref _blobsFetched);
        Interlocked.Add(ref _bytesFetched, bytes);
    }

    internal void CountDirectory(long bytes)
    {
        Interlocked.Increment(ref _directoriesFetched);
        Interlocked.Add(ref _directoryBytesFetched, bytes);
    }

    internal void CountUpload(long bytes)
    {
        Interlocked.Increment(ref _blobsUploaded);
        Interlocked.Add(ref _bytesUploaded, bytes);
    }

    internal void CountCacheHit() => Interlocked.Increment(ref _cacheHits);

    internal void CountDirectoryCacheHit() => Interlocked.Increment(ref _directoryCacheHits);

    internal void CountBatch() => Interlocked.Increment(ref _batches);

    internal void CountStream() => Interlocked.Increment(ref _streams);

    internal void CountTreeCall() => Interlocked.Increment(ref _treeCalls);

    internal void CountRetry() => Interlocked.Increment(ref _retries);

    internal void CountCorrupt() => Interlocked.Increment(ref _corruptBlobs);
}
