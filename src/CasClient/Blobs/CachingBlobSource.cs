using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>
/// The disk cache before the fetching sources: what is not on disk is fetched once for all who wait, verified and stored.
/// </summary>
internal sealed class CachingBlobSource : IBlobCache
{
    // Contents of small files that actions read one after the other: some 10,000 of them. Each saves six system calls.
    private const long MaxHeldBytes = 32 << 20;

    // What is fetched in one piece and no longer than this is held at once: most often it is read next.
    private const int LargestHeld = 64 * 1024;

    private readonly DigestTable<byte[]> _held = new(MaxHeldBytes, static bytes => bytes.Length);
    private readonly BlobStore _store;
    private readonly IBlobSource _source;
    private readonly BlobStatistics _statistics;
    private readonly SingleFlight<BlobLease> _fetches;

    public CachingBlobSource(BlobStore store, IBlobSource source, BlobStatistics statistics)
    {
        _store = store;
        _source = source;
        _statistics = statistics;
        _fetches = new SingleFlight<BlobLease>(FetchAsync);
    }

    /// <summary>Bytes of contents that are held in memory.</summary>
    public long HeldBytes => _held.Bytes;

    /// <inheritdoc/>
    public bool TryOpen(in Digest digest, [NotNullWhen(true)] out BlobLease? lease)
    {
        bool found = _store.TryOpen(digest, out lease);
        if (found)
        {
            _statistics.CountCacheHit();
        }

        return found;
    }

    /// <inheritdoc/>
    public bool Contains(in Digest digest) => _store.Contains(digest);

    /// <inheritdoc/>
    public bool TryRead(in Digest digest, Span<byte> bytes)
    {
        if (_held.TryGet(digest, out byte[]? held))
        {
            held.CopyTo(bytes);
            _statistics.CountCacheHit();
            return true;
        }

        if (!TryOpen(digest, out BlobLease? lease))
        {
            return false;
        }

        using (lease)
        {
            // Also false on a file system that cannot say whether it would wait (EOPNOTSUPP: overlayfs, tmpfs).
            if (Syscall.Preadv2(lease.Handle, bytes, 0, Syscall.RWF_NOWAIT) != bytes.Length)
            {
                return false;
            }
        }

        // Allocated on the caller's thread, which may be one that must not wait: an allocation waits for nothing but a collection,
        // which stops every thread wherever it began; it comes once for a blob, not for a request; and to hand the bytes to
        // another thread would take a copy of them, too.
        _held.Add(digest, bytes.ToArray());
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<BlobLease> OpenAsync(Digest digest, CancellationToken cancellationToken) =>
        TryOpen(digest, out BlobLease? lease)
            ? ValueTask.FromResult(lease)
            : new(_fetches.JoinAsync(digest, _ => Reopen(digest), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<bool> BringAsync(Digest digest, CancellationToken cancellationToken) =>
        _store.Contains(digest)
            ? ValueTask.FromResult(false)
            : new(_fetches.JoinAsync(digest, static _ => true, cancellationToken));

    // The flight's own lease is open meanwhile, so no eviction comes in between.
    private BlobLease Reopen(Digest digest) => _store.TryOpen(digest, out BlobLease? lease)
        ? lease
        : throw new CasException(CasErrorKind.Other, $"blob {digest} vanished from {_store.Directory}: something else deletes files there", digest);

    private async Task<BlobLease> FetchAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (_store.TryOpen(digest, out BlobLease? lease))
        {
            return lease;
        }

        using var destination = new StagedBlobDestination(_store.BeginWrite(digest), LargestHeld);
        await _source.FetchAsync(digest, destination, cancellationToken);
        _statistics.CountBlob(digest.SizeBytes);
        if (destination.Whole is { } whole)
        {
            _held.Add(digest, whole);
        }

        return destination.TakeLease();
    }
}
