using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>
/// The disk cache before the fetching sources: what is not on disk is fetched once for all who wait, verified and stored.
/// </summary>
internal sealed class CachingBlobSource : IBlobCache
{
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
    public ValueTask<BlobLease> OpenAsync(Digest digest, CancellationToken cancellationToken) =>
        TryOpen(digest, out BlobLease? lease)
            ? ValueTask.FromResult(lease)
            : new(_fetches.JoinAsync(digest, _ => Reopen(digest), cancellationToken));

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

        using var destination = new StagedBlobDestination(_store.BeginWrite(digest));
        await _source.FetchAsync(digest, destination, cancellationToken);
        _statistics.CountBlob(digest.SizeBytes);
        return destination.TakeLease();
    }
}
