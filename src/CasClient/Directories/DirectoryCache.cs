using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// Decoded directories: from memory, the disk cache, or the CAS. What comes from disk or the CAS is hashed before it is
/// decoded, and decoded before it is kept; a directory that is malformed is kept nowhere.
/// </summary>
internal sealed partial class DirectoryCache : IDirectorySource, IAsyncDisposable
{
    private readonly BlobStore _store;
    private readonly IBlobSource _source;
    private readonly CasConnection? _connection;
    private readonly DirectoryLimits _limits;
    private readonly BlobStatistics _statistics;
    private readonly ILogger _logger;
    private readonly DigestTable<DirectoryListing> _table;
    private readonly SingleFlight<DirectoryListing> _loads;
    private readonly DirectoryDemand _demand;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Digest, Task> _prefetches = new();

    /// <param name="store">Where directories are kept on disk.</param>
    /// <param name="source">Verified, retried blobs.</param>
    /// <param name="connection">For GetTree; null where there is no server.</param>
    /// <param name="limits">What a tree may demand.</param>
    /// <param name="statistics">The session's counters.</param>
    /// <param name="logger">Where damage and stopped prefetches are told.</param>
    /// <param name="time">The clock of prefetches that wait.</param>
    public DirectoryCache(
        BlobStore store, IBlobSource source, CasConnection? connection, DirectoryLimits limits, BlobStatistics statistics, ILogger logger, TimeProvider time)
    {
        _demand = new DirectoryDemand(time);
        _store = store;
        _source = source;
        _connection = connection;
        _limits = limits;
        _statistics = statistics;
        _logger = logger;
        _table = new DigestTable<DirectoryListing>(limits.MaxCachedBytes, static listing => listing.MemoryBytes);
        _loads = new SingleFlight<DirectoryListing>(LoadAsync);
    }

    /// <summary>Bytes of directories that are held in memory.</summary>
    public long HeldBytes => _table.Bytes;

    /// <inheritdoc/>
    public bool TryGet(in Digest digest, [NotNullWhen(true)] out DirectoryListing? listing) => _table.TryGet(digest, out listing);

    /// <inheritdoc/>
    public ValueTask<DirectoryListing> GetAsync(Digest digest, CancellationToken cancellationToken) =>
        _table.TryGet(digest, out DirectoryListing? listing)
            ? ValueTask.FromResult(listing)
            : new(_loads.JoinAsync(digest, static loaded => loaded, cancellationToken));

    /// <summary>Ends prefetches that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_closing.IsCancellationRequested)
        {
            await _closing.CancelAsync();
            await PrefetchesAsync();
            _closing.Dispose();
        }
    }

    private async Task<DirectoryListing> LoadAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (_table.TryGet(digest, out DirectoryListing? known))
        {
            return known;
        }

        _demand.Add();
        if (digest.SizeBytes > _limits.MaxMessageBytes)
        {
            throw new CasException(
                CasErrorKind.LimitExceeded, $"directory {digest} is larger than the limit of {_limits.MaxMessageBytes} bytes", digest);
        }

        if (ReadStored(digest) is { } stored)
        {
            _statistics.CountDirectoryCacheHit();
            return Keep(digest, stored);
        }

        var destination = new MemoryBlobDestination(digest);
        await _source.FetchAsync(digest, destination, cancellationToken);
        _statistics.CountDirectory(digest.SizeBytes);
        DirectoryListing listing = Keep(digest, destination.Bytes.Span);
        Store(digest, destination.Bytes.Span);
        return listing;
    }

    private DirectoryListing Keep(in Digest digest, ReadOnlySpan<byte> verified)
    {
        DirectoryListing listing = DirectoryListing.Decode(digest, verified, _limits);
        _table.Add(digest, listing);
        return listing;
    }

    // A full or broken disk costs the next run its warmth, not this one its directory.
    private void Store(in Digest digest, ReadOnlySpan<byte> verified)
    {
        try
        {
            _store.PutVerified(digest, verified);
        }
        catch (CasException exception)
        {
            _logger.DirectoryNotStored(digest, exception.Message);
        }
    }

    private byte[]? ReadStored(in Digest digest)
    {
        if (!_store.TryOpen(digest, out BlobLease? lease))
        {
            return null;
        }

        byte[] bytes = new byte[digest.SizeBytes];
        using (lease)
        {
            int length = 0;
            for (int count = -1; count != 0 && length < bytes.Length; length += count)
            {
                count = RandomAccess.Read(lease.Handle, bytes.AsSpan(length), length);
            }
        }

        if (DigestHasher.Compute(digest.Function, bytes) == digest)
        {
            return bytes;
        }

        _logger.DirectoryDamaged(digest);
        _store.Remove(digest);
        return null;
    }
}
