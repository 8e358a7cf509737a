using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.Special;

/// <summary>
/// Operations that wait for a thread. Those of one line (<see cref="SpecialWork.Line"/>) go one by one: while one runs, the
/// next are kept aside and hold up nobody else. Not safe for threads: its owner's lock guards it.
/// </summary>
internal sealed class SpecialQueue
{
    private readonly Queue<SpecialWork> _ready = new();
    private readonly Dictionary<ulong, Queue<SpecialWork>> _lines = [];
    private int _aside;

    /// <summary>Operations that a thread may take.</summary>
    public int Ready => _ready.Count;

    /// <summary>All that wait.</summary>
    public int Count => _ready.Count + _aside;

    /// <summary>Adds <paramref name="work"/>.</summary>
    public void Add(SpecialWork work)
    {
        if (work.Line == 0)
        {
            _ready.Enqueue(work);
        }
        else if (_lines.TryGetValue(work.Line, out Queue<SpecialWork>? behind))
        {
            behind.Enqueue(work);
            _aside++;
        }
        else
        {
            _lines.Add(work.Line, new Queue<SpecialWork>(0));
            _ready.Enqueue(work);
        }
    }

    /// <summary>The next to run; <see cref="End"/> is due after it.</summary>
    public bool TryTake([NotNullWhen(true)] out SpecialWork? work) => _ready.TryDequeue(out work);

    /// <summary>An operation that was taken has ended: the next of its line may go.</summary>
    public void End(SpecialWork work)
    {
        if (work.Line == 0)
        {
            return;
        }

        Queue<SpecialWork> behind = _lines[work.Line];
        while (behind.TryDequeue(out SpecialWork? next))
        {
            _aside--;
            if (!next.IsClaimed)
            {
                _ready.Enqueue(next);
                return;
            }
        }

        _lines.Remove(work.Line);
    }

    /// <summary>Moves to <paramref name="late"/> what is past its deadline <paramref name="now"/>.</summary>
    public void TakeLate(long now, List<SpecialWork> late)
    {
        foreach (Queue<SpecialWork> behind in _lines.Values)
        {
            while (behind.TryPeek(out SpecialWork? work) && work.Deadline <= now)
            {
                late.Add(behind.Dequeue());
                _aside--;
            }
        }

        for (int left = _ready.Count; left > 0; left--)
        {
            SpecialWork work = _ready.Dequeue();
            if (work.Deadline <= now)
            {
                late.Add(work);
                End(work);
            }
            else
            {
                _ready.Enqueue(work);
            }
        }
    }

    /// <summary>Empties the queue.</summary>
    public SpecialWork[] TakeAll()
    {
        SpecialWork[] all = [.. _ready, .. _lines.Values.SelectMany(static behind => behind)];
        _ready.Clear();
        _lines.Values.ToList().ForEach(static behind => behind.Clear());
        _aside = 0;
        return all;
    }
}
