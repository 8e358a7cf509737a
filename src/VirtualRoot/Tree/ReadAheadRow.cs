using VirtualRoot.CasClient;

namespace VirtualRoot.Tree;

/// <summary>Reads in a row (<see cref="ReadAhead"/>), and what is fetched before them. Protected by <see cref="Root.Gate"/>.</summary>
internal sealed class ReadAheadRow(Root root, ReadAhead all)
{
    // Waits in a row before anything is fetched ahead: who reads three neighbours may well be done.
    private const int WaitsBefore = 4;

    // Files skipped in a row that is still one: a pattern such as *.h leaves some out.
    private const int LargestGap = 8;

    // Fetched and not yet read: some 20 ms of reading, and at most 16 MiB in the cache that nobody wants.
    private const int MostAhead = 256;
    private const long LargestFile = 64 * 1024;

    // Tasks beside each other: as many reads gather into one batch (BatchReader).
    private const int Parallelism = 64;

    private readonly Queue<DirectoryPlace> _ahead = new();
    private DirectoryPlace _last;
    private DirectoryPlace _next;
    private int _reads;
    private int _waits;

    /// <summary>What is being fetched, or was last; null: nothing yet.</summary>
    public Task? Fetch { get; private set; }

    /// <summary>Whether a read there is one of the row.</summary>
    public bool IsContinuedBy(in DirectoryPlace place) => place.Follows(_last, LargestGap);

    /// <summary>Whether the row's last read was in the same directory.</summary>
    public bool IsIn(in DirectoryPlace place) => place.Listing == _last.Listing && place.DirectoryIndex == _last.DirectoryIndex;

    /// <summary>An input is read for the first time: the row's next, or the first of another row, which this is from now on.</summary>
    public void Note(in DirectoryPlace place, bool isHere)
    {
        if (!IsContinuedBy(place))
        {
            _ahead.Clear();
            _reads = _waits = 0;
            _next = place;
        }

        _last = place;
        _reads++;
        _waits += isHere ? 0 : 1;
        Pass(place);
        int allowed = Math.Min(MostAhead, 2 * _reads);
        if (_waits >= WaitsBefore && Fetch is not { IsCompleted: false } && _ahead.Count <= allowed / 2)
        {
            Begin(allowed - _ahead.Count);
        }
    }

    /// <summary>Takes what was read, and what was skipped before it, off the line.</summary>
    private void Pass(in DirectoryPlace place)
    {
        while (_ahead.TryPeek(out DirectoryPlace first) && !first.IsAfter(place))
        {
            _ahead.Dequeue();
        }

        if (!_next.IsAfter(place))
        {
            _next = place;
        }
    }

    private void Begin(int count)
    {
        List<Digest> digests = [];
        while (digests.Count < count && _next.TryAdvance(root.Directories, out DirectoryPlace following))
        {
            _next = following;
            if (following.IsFile && following.Size is > 0 and <= LargestFile)
            {
                digests.Add(following.Digest);
                _ahead.Enqueue(following);
            }
        }

        if (digests.Count > 0)
        {
            Fetch = Task.Run(() => FetchAsync(digests));
        }
    }

    private async Task FetchAsync(List<Digest> digests)
    {
        int fetched = 0;
        bool failed = false;
        Exception? bug = null;
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = Parallelism, CancellationToken = root.Removed };
            await Parallel.ForEachAsync(digests, options, async (digest, cancellationToken) =>
            {
                if (await root.Blobs.BringAsync(digest, cancellationToken).ConfigureAwait(false))
                {
                    root.Statistics.CountBlobFetched(digest.SizeBytes);
                    Interlocked.Increment(ref fetched);
                }
            }).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is CasException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            failed = true; // who reads the file tries again, and is told
        }
#pragma warning disable CA1031 // Nobody awaits this: what it throws would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            bug = exception;
        }

        lock (root.Gate)
        {
            if (bug is not null)
            {
                all.End(bug);
            }
            else if (failed || fetched == 0)
            {
                _waits = 0; // all of it was here already, or nothing comes: only further waits begin it anew
            }
        }
    }
}
