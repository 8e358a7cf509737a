namespace VirtualRoot.CasClient.Storage;

/// <summary>
/// How many blobs and bytes are on disk: what the last scan saw, and what was written and removed since. Exact while nobody
/// writes or removes during a scan; else never too low, so that the bound is kept: a scan cannot tell whether it saw what
/// was written meanwhile, so that is added, nor whether it saw what was removed meanwhile, so that is not taken off.
/// </summary>
internal sealed class BlobCount
{
    private readonly Lock _gate = new();
    private long _blobs;
    private long _bytes;
    private long _addedBlobs;
    private long _addedBytes;
    private long _scans;

    /// <summary>Blobs on disk.</summary>
    public long Blobs => Volatile.Read(ref _blobs);

    /// <summary>Their bytes, in whole blocks.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Begins and ends of scans so far: odd while one runs.</summary>
    public long Scans => Volatile.Read(ref _scans);

    /// <summary>A blob has got its name.</summary>
    /// <returns>Bytes added since the last scan began.</returns>
    public long Add(long bytes)
    {
        lock (_gate)
        {
            _blobs++;
            _bytes += bytes;
            _addedBlobs++;
            return _addedBytes += bytes;
        }
    }

    /// <summary>A blob has lost its name.</summary>
    /// <param name="bytes">Its bytes on disk.</param>
    /// <param name="scans"><see cref="Scans"/> before it was removed.</param>
    public void Remove(long bytes, long scans)
    {
        lock (_gate)
        {
            if (scans == _scans && scans % 2 == 0)
            {
                _blobs--;
                _bytes -= bytes;
            }
        }
    }

    /// <summary>A scan begins; one at a time. One that fails is followed by another's begin.</summary>
    public void BeginScan()
    {
        lock (_gate)
        {
            _scans += 1 + (_scans % 2);
            _addedBlobs = _addedBytes = 0;
        }
    }

    /// <summary>A scan has ended.</summary>
    /// <param name="blobs">What it saw.</param>
    /// <param name="bytes">Their bytes on disk.</param>
    public void EndScan(long blobs, long bytes)
    {
        lock (_gate)
        {
            _scans++;
            _blobs = blobs + _addedBlobs;
            _bytes = bytes + _addedBytes;
        }
    }
}
