using VirtualRoot.CasClient;

namespace VirtualRoot.Tree;

/// <summary>Inputs of a root that could not be had. The first few are kept with their messages, all are counted.</summary>
public sealed class InputFailures
{
    private const int Kept = 16;

    // The kernel reads a page again that a read-ahead could not bring, some microseconds later: the second answer is the first's,
    // without another wait for the CAS. Long enough for that, and too short to matter to somebody who tries again.
    private const long RecentMilliseconds = 1000;

    private readonly Lock _lock = new();
    private readonly List<CasException> _first = [];
    private CasException? _last;
    private long _lastAt;
    private long _count;

    /// <summary>How many requests failed for want of an input.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The first failures, in order; the same one only once, however often it was met.</summary>
    public IReadOnlyList<CasException> First
    {
        get
        {
            lock (_lock)
            {
                return [.. _first];
            }
        }
    }

    /// <summary>The failure of <paramref name="digest"/>, if it was the last one and has just happened.</summary>
    internal CasException? FindRecent(in Digest digest)
    {
        lock (_lock)
        {
            return _last?.Digest == digest && Environment.TickCount64 - _lastAt < RecentMilliseconds ? _last : null;
        }
    }

    /// <summary>Takes note of a failure.</summary>
    internal void Add(CasException failure)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            (_last, _lastAt) = (failure, Environment.TickCount64);
            if (_first.Count < Kept && !_first.Exists(known => known.Message == failure.Message))
            {
                _first.Add(failure);
            }
        }
    }
}
