using VirtualRoot.CasClient;

namespace VirtualRoot.Tree;

/// <summary>Inputs of a root that could not be had. The first few are kept with their messages, all are counted.</summary>
public sealed class InputFailures
{
    private const int Kept = 16;

    private readonly Lock _lock = new();
    private readonly List<CasException> _first = [];
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

    /// <summary>Takes note of a failure.</summary>
    internal void Add(CasException failure)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            if (_first.Count < Kept && !_first.Exists(known => known.Message == failure.Message))
            {
                _first.Add(failure);
            }
        }
    }
}
