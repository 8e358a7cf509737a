using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Storage;

/// <summary>The bound: scanning, counting, evicting.</summary>
public sealed partial class BlobStore
{
    // A store whose last scan is younger than this leaves its first seconds to the work that it was opened for.
    private static readonly TimeSpan s_scanIsFresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_scanDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _evictionGate = new();
    private readonly BlobCount _count = new();
    private long _evictions;
    private long _evictedBytes;
    private int _scanStarted;
    private bool _scanned;

    /// <summary>Counts what is on disk now, and drops what has a wrong size. About 0.3 s for 100,000 blobs.</summary>
    public BlobStoreStatistics Scan()
    {
        lock (_evictionGate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            ScanLocked(candidates: null);
            return Statistics;
        }
    }

    /// <summary>Evicts the blobs whose last use is longest ago and that nobody has open, until
    /// <paramref name="targetBytes"/> or less are on disk.</summary>
    /// <returns>Bytes on disk that were given back.</returns>
    public long Evict(long targetBytes)
    {
        lock (_evictionGate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            return EvictLocked(targetBytes);
        }
    }

    private void Wrote(long bytes)
    {
        long sinceScan = _count.Add(bytes);
        if (_count.Bytes > _options.MaxBytes)
        {
            lock (_evictionGate)
            {
                // Another writer may have evicted while this one waited for the gate.
                if (_count.Bytes > _options.MaxBytes && !_closing.IsCancellationRequested)
                {
                    KeepBoundLocked();
                }
            }
        }
        else if (!Volatile.Read(ref _scanned) || sinceScan > _options.MaxBytes / 16)
        {
            StartScan(sinceScan);
        }
    }

    private void StartScan(long sinceScan)
    {
        if (Interlocked.CompareExchange(ref _scanStarted, 1, 0) == 0)
        {
            bool isFresh = DateTime.UtcNow - File.GetLastWriteTimeUtc(_storeLock) < s_scanIsFresh;
            TimeSpan delay = isFresh && sinceScan <= _options.MaxBytes / 16 ? s_scanDelay : TimeSpan.Zero;
            _ = ScanInBackgroundAsync(delay, _closing.Token);
        }
    }

    private async Task ScanInBackgroundAsync(TimeSpan delay, CancellationToken closing)
    {
        try
        {
            await Task.Delay(delay, closing).ConfigureAwait(false);
            await Task.Run(ScanOrEvict, closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CasException)
        {
            _options.Logger.ScanFailed(Directory, exception);
        }

        Volatile.Write(ref _scanStarted, 0);
    }

    private void ScanOrEvict()
    {
        lock (_evictionGate)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            if (ScanLocked(candidates: null) > _options.MaxBytes)
            {
                KeepBoundLocked();
            }
        }
    }

    private void KeepBoundLocked() => EvictLocked((long)(_options.MaxBytes * _options.LowWaterFraction), onlyBeyond: _options.MaxBytes);

    // The disk is full before the bound is reached: give back the blob's size and a tenth of the store.
    private void MakeRoom(in Digest digest)
    {
        _options.Logger.DiskFull(Directory, digest);
        lock (_evictionGate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            long bytes = ScanLocked(candidates: null);
            EvictLocked(Math.Max(0, bytes - OnDisk(digest.SizeBytes) - (bytes / 10) - BlockSize));
        }
    }

    // The count is an upper bound while others write: whether there is too much, the scan that finds the candidates tells.
    private long EvictLocked(long targetBytes, long onlyBeyond = 0)
    {
        using SafeFileHandle evictLock = OpenLockFile("evict.lock");
        ThrowIfLockFailed(Syscall.Flock(evictLock, FlockOperation.LOCK_EX));
        List<EvictionCandidate> candidates = [];
        if (ScanLocked(candidates) <= onlyBeyond)
        {
            return 0;
        }

        candidates.Sort(static (left, right) => left.LastUse.CompareTo(right.LastUse));
        long blobs = 0;
        long bytes = 0;
        foreach (EvictionCandidate candidate in candidates)
        {
            if (_count.Bytes <= targetBytes)
            {
                break;
            }

            if (TryEvict(candidate.Digest))
            {
                blobs++;
                bytes += OnDisk(candidate.Digest.SizeBytes);
            }
        }

        Interlocked.Add(ref _evictions, blobs);
        Interlocked.Add(ref _evictedBytes, bytes);
        if (blobs > 0)
        {
            _options.Logger.Evicted(blobs, bytes, Directory, _count.Bytes);
        }

        if (_count.Bytes > _options.MaxBytes)
        {
            _options.Logger.OverBound(Directory, _count.Bytes, _options.MaxBytes);
        }

        return bytes;
    }

    private bool TryEvict(in Digest digest)
    {
        SafeFileHandle directory = FunctionDirectory(digest.Function);
        Span<byte> buffer = stackalloc byte[BlobName.MaxBytes];
        ReadOnlySpan<byte> name = BlobName.Format(digest, buffer);
        int descriptor = Syscall.OpenAt(directory, name, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_NOFOLLOW);
        if (descriptor < 0)
        {
            return false;
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        return Syscall.Flock(handle, FlockOperation.LOCK_EX | FlockOperation.LOCK_NB) == 0 && Unlink(digest) == 0;
    }

    // Returns the bytes of what was seen: without what came to be where the scan had passed already.
    private long ScanLocked(List<EvictionCandidate>? candidates)
    {
        long blobs = 0;
        long bytes = 0;
        List<StoredBlob> damaged = [];
        _count.BeginScan();
        foreach (DigestFunction function in Enum.GetValues<DigestFunction>())
        {
            string path = Path.Join(Directory, BlobName.DirectoryOf(function));
            if (!System.IO.Directory.Exists(path))
            {
                continue;
            }

            foreach (StoredBlob blob in _options.Listing(path))
            {
                _closing.Token.ThrowIfCancellationRequested();
                if (blob.Digest.SizeBytes != blob.Size)
                {
                    damaged.Add(blob);
                    continue;
                }

                blobs++;
                bytes += OnDisk(blob.Size);
                candidates?.Add(new EvictionCandidate(blob.LastUse, blob.Digest));
            }
        }

        foreach (StoredBlob blob in damaged)
        {
            // Looked at again: what vanished while the directory was read has size 0 there, and may have been put anew.
            if (!TryStat(blob.Digest, out StatXBuffer status))
            {
                continue;
            }

            if (status.Size != (ulong)blob.Digest.SizeBytes)
            {
                Drop(blob.Digest, $"{status.Size} bytes on disk");
                continue;
            }

            blobs++;
            bytes += OnDisk(blob.Digest.SizeBytes);
        }

        _count.EndScan(blobs, bytes);
        Volatile.Write(ref _scanned, true);
        File.SetLastWriteTimeUtc(_storeLock, DateTime.UtcNow);
        return bytes;
    }

    private bool TryStat(in Digest digest, out StatXBuffer status)
    {
        Span<byte> buffer = stackalloc byte[BlobName.MaxBytes];
        int result = Syscall.StatX(FunctionDirectory(digest.Function), BlobName.Format(digest, buffer), StatXMask.STATX_SIZE, out status);
        if (result != -(int)Errno.ENOENT)
        {
            ThrowIfFailed(result, "statx", digest);
        }

        return result == 0;
    }

    private void ThrowIfLockFailed(int result)
    {
        if (result < 0)
        {
            throw new CasException(CasErrorKind.Other, $"flock {Directory}/evict.lock: {(Errno)(-result)}; check the store's directory");
        }
    }

    private readonly record struct EvictionCandidate(long LastUse, Digest Digest);
}
