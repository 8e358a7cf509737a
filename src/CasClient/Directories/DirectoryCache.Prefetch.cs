using System.Collections.Concurrent;
using System.Threading.Channels;
using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// Prefetching. A root that is not on disk comes by GetTree, whose directories are known by the hash of their bytes;
/// then the tree is walked level by level, each digest once, and what is still lacking is asked for side by side, so that
/// it gathers into batches. A warm disk is walked without the network.
/// </summary>
internal sealed partial class DirectoryCache
{
    // Enough side by side to fill batches; a directory on disk takes some 50 µs, so more would only queue.
    private const int Parallelism = 128;

    // Writing a directory's file takes ten times as long as hashing and decoding it, so the disk lags behind: 32 pages may
    // wait for it, 64 MiB at most, since larger ones (servers send 1 MiB or so) are written before the next is asked for.
    private const int PagesToStore = 32;
    private const int LargePageBytes = 2 << 20;

    // A program that starts loads a few from the disk; one that goes through a tree, more. After the first page of what is new,
    // a single one that is lacking costs a round trip, and so more than going on does.
    private const int LoadsOfAStart = 16;

    // Most programs have started by then, and what they do next may need much of the tree at once.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private volatile bool _hasTreeCall = true;

    /// <inheritdoc/>
    public void Prefetch(Digest root)
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        var gate = new TaskCompletionSource();
        if (_prefetches.TryAdd(root, gate.Task))
        {
            // Looked at here, since the caller asks for the root itself next.
            bool isNew = !_table.TryGet(root, out _) && !_store.Contains(root);
            long demanded = _demand.Count;
            _ = Task.Run(async () =>
            {
                try
                {
                    await PrefetchAsync(root, isNew, demanded);
                }
                finally
                {
                    _prefetches.TryRemove(root, out _);
                    gate.SetResult();
                }
            });
        }
    }

    /// <summary>The end of the prefetches that are under way.</summary>
    internal Task PrefetchesAsync() => Task.WhenAll(_prefetches.Values);

    private async Task PrefetchAsync(Digest root, bool isNew, long demanded)
    {
        try
        {
            if (_hasTreeCall && _connection is not null && isNew)
            {
                await FetchTreeAsync(_connection, root, _closing.Token);
            }
            else if (!isNew)
            {
                await _demand.WaitAsync(demanded + LoadsOfAStart, s_patience, _closing.Token);
            }

            int count = await WalkAsync(root, _closing.Token);
            _logger.Prefetched(root, count);
        }
        catch (CasException exception)
        {
            _logger.PrefetchStopped(root, exception.Message);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The session ends, and with it the wish for what is still to come.
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException or FormatException)
        {
            _logger.PrefetchStopped(root, exception.Message);
        }
    }

    // Listings come first: somebody may be waiting for them, nobody waits for the disk, which has a task of its own.
    private async Task FetchTreeAsync(CasConnection connection, Digest root, CancellationToken cancellationToken)
    {
        var fresh = Channel.CreateBounded<List<(Digest Digest, ReadOnlyMemory<byte> Bytes)>>(PagesToStore);
        Task storing = Task.Run(() => StorePagesAsync(fresh), CancellationToken.None);
        try
        {
            await FetchPagesAsync(connection, root, fresh.Writer, cancellationToken);
        }
        finally
        {
            fresh.Writer.TryComplete();
            await storing;
        }
    }

    private async Task StorePagesAsync(Channel<List<(Digest Digest, ReadOnlyMemory<byte> Bytes)>> fresh)
    {
        try
        {
            // The session's end waits for one page at most: what is not written is fetched again next time.
            await foreach (List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> page in fresh.Reader.ReadAllAsync(_closing.Token))
            {
                StorePage(page);
            }
        }
        finally
        {
            // If the store is gone, nobody may wait for room in the line.
            fresh.Writer.TryComplete();
        }
    }

    private void StorePage(List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> page) =>
        page.ForEach(directory => Store(directory.Digest, directory.Bytes.Span));

    private async Task FetchPagesAsync(
        CasConnection connection,
        Digest root,
        ChannelWriter<List<(Digest Digest, ReadOnlyMemory<byte> Bytes)>> fresh,
        CancellationToken cancellationToken)
    {
        try
        {
            int directories = 0;
            int pages = 0;
            long demanded = 0;
            await foreach (TreePage page in connection.GetTreeAsync(root, cancellationToken))
            {
                if (pages == 1)
                {
                    await _demand.WaitAsync(demanded + 1, s_patience, cancellationToken);
                }

                directories += page.Directories.Count;
                if (directories > _limits.MaxTreeDirectories || ++pages > _limits.MaxTreeDirectories || _table.Bytes >= _limits.MaxCachedBytes / 8 * 7)
                {
                    _logger.PrefetchStopped(root, $"the server sent {directories} directories, {_table.Bytes} bytes: beyond the limit");
                    break;
                }

                List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> kept = KeepPage(page, root.Function);
                demanded = _demand.Count;
                if (page.MessageBytes > LargePageBytes)
                {
                    StorePage(kept);
                }
                else if (!await fresh.WaitToWriteAsync(cancellationToken) || !fresh.TryWrite(kept))
                {
                    break;
                }
            }
        }
        catch (CasException exception) when (exception.Kind == CasErrorKind.Unsupported)
        {
            _hasTreeCall = false;
        }
        catch (CasException exception)
        {
            // What GetTree could not bring, the walk brings or reports.
            _logger.PrefetchStopped(root, exception.Message);
        }
    }

    /// <returns>What was not known before.</returns>
    private List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> KeepPage(TreePage page, DigestFunction function)
    {
        List<(Digest Digest, ReadOnlyMemory<byte> Bytes)> fresh = [];
        foreach (ReadOnlyMemory<byte> bytes in page.Directories)
        {
            Digest digest = DigestHasher.Compute(function, bytes.Span);
            if (!_table.TryGet(digest, out _))
            {
                // A malformed one ends the prefetch; the walk's own request for it names the fault to whoever asks.
                Keep(digest, bytes.Span);
                _statistics.CountDirectory(digest.SizeBytes);
                fresh.Add((digest, bytes));
            }
        }

        return fresh;
    }

    /// <returns>How many distinct directories the tree has.</returns>
    private async Task<int> WalkAsync(Digest root, CancellationToken cancellationToken)
    {
        HashSet<Digest> seen = [root];
        List<Digest> level = [root];
        long entries = 0;
        for (int depth = 0; level.Count > 0; depth++)
        {
            if (depth > _limits.MaxDepth)
            {
                throw new CasException(CasErrorKind.LimitExceeded, $"the tree of {root} has more than {_limits.MaxDepth} levels", root);
            }

            ConcurrentQueue<DirectoryListing> listings = new();
            await Parallel.ForEachAsync(
                level,
                new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
                async (digest, token) => listings.Enqueue(await GetAsync(digest, token)));
            level = [];
            foreach (DirectoryListing listing in listings)
            {
                entries += listing.Count;
                AddChildren(listing, seen, level);
            }

            if (seen.Count > _limits.MaxTreeDirectories || entries > _limits.MaxTreeEntries || _table.Bytes >= _limits.MaxCachedBytes / 8 * 7)
            {
                throw new CasException(
                    CasErrorKind.LimitExceeded, $"the tree of {root} has {seen.Count} directories and {entries} entries up to level {depth}: beyond what is prefetched", root);
            }
        }

        return seen.Count;
    }

    private static void AddChildren(DirectoryListing listing, HashSet<Digest> seen, List<Digest> level)
    {
        for (int i = 0; i < listing.Count; i++)
        {
            if (listing.GetKind(i) == DirectoryEntryKind.Directory && listing.GetDigest(i) is var child && seen.Add(child))
            {
                level.Add(child);
            }
        }
    }
}
