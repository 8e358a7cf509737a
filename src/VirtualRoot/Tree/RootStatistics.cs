using System.Diagnostics;

namespace VirtualRoot.Tree;

/// <summary>What a root has cost so far. Counters without locks, but for waits, which have come to a fetch anyway.</summary>
public sealed class RootStatistics
{
    private readonly Lock _lock = new();
    private long _requests;
    private long _blobsFetched;
    private long _bytesFetched;
    private long _directoriesResolved;
    private long _directoriesRead;
    private long _filesRead;
    private long _bytesWritten;
    private int _waiting;
    private long _waitBegan;
    private TimeSpan _waited;

    /// <summary>How long at least one request has waited for an input: what a time limit leaves out. Waits at the same time
    /// count once.</summary>
    public TimeSpan InputWait
    {
        get
        {
            lock (_lock)
            {
                return _waiting > 0 ? _waited + Stopwatch.GetElapsedTime(_waitBegan) : _waited;
            }
        }
    }

    /// <summary>The figures as they are now; not an instant's, since counting goes on meanwhile.</summary>
    public RootStatisticsSnapshot Snapshot() => new(
        Volatile.Read(ref _requests),
        Volatile.Read(ref _blobsFetched),
        Volatile.Read(ref _bytesFetched),
        Volatile.Read(ref _directoriesResolved),
        Volatile.Read(ref _directoriesRead),
        Volatile.Read(ref _filesRead),
        Volatile.Read(ref _bytesWritten),
        InputWait);

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountBlobFetched(long bytes)
    {
        Interlocked.Increment(ref _blobsFetched);
        Interlocked.Add(ref _bytesFetched, bytes);
    }

    internal void CountDirectoryResolved() => Interlocked.Increment(ref _directoriesResolved);

    internal void CountDirectoryRead() => Interlocked.Increment(ref _directoriesRead);

    internal void CountFileRead() => Interlocked.Increment(ref _filesRead);

    internal void CountWritten(long bytes) => Interlocked.Add(ref _bytesWritten, bytes);

    /// <summary>Somebody waits for an input, until the result is disposed.</summary>
    internal InputWait WaitForInput() => new(this);

    internal void BeginWait()
    {
        lock (_lock)
        {
            if (_waiting++ == 0)
            {
                _waitBegan = Stopwatch.GetTimestamp();
            }
        }
    }

    internal void EndWait()
    {
        lock (_lock)
        {
            if (--_waiting == 0)
            {
                _waited += Stopwatch.GetElapsedTime(_waitBegan);
            }
        }
    }
}
