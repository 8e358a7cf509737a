using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.Special;

/// <summary>
/// Operations that wait for a thread. Those of one line (<see cref="SpecialWork.Line"/>) go one by one, and of one root's
/// lines so many at a time: the others are kept aside and hold up nobody else. Not safe for threads: its owner's lock
/// guards it.
/// </summary>
/// <param name="linesOfARoot">How many lines of one root may have an operation under way.</param>
internal sealed class SpecialQueue(int linesOfARoot)
{
    private static readonly object s_noRoot = new();
    private readonly Queue<SpecialWork> _ready = new();
    private readonly Dictionary<ulong, Queue<SpecialWork>> _lines = [];
    private readonly Dictionary<object, RootLines> _roots = [];
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
            Lead(work);
        }
    }

    /// <summary>The next to run; <see cref="End"/> is due after it.</summary>
    public bool TryTake([NotNullWhen(true)] out SpecialWork? work) => _ready.TryDequeue(out work);

    /// <summary>An operation that was taken has ended: the next of its root, then of its line, may go.</summary>
    public void End(SpecialWork work)
    {
        if (work.Line == 0)
        {
            return;
        }

        RootLines root = _roots[RootOf(work)];
        root.Running--;
        if (root.Waiting.TryDequeue(out SpecialWork? other))
        {
            _aside--;
            root.Running++;
            _ready.Enqueue(other);
        }

        LetNextLead(work.Line);
        if (root.Running == 0)
        {
            _roots.Remove(RootOf(work));
        }
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

        foreach (RootLines root in _roots.Values)
        {
            while (root.Waiting.TryPeek(out SpecialWork? work) && work.Deadline <= now)
            {
                late.Add(root.Waiting.Dequeue());
                _aside--;
                LetNextLead(work.Line);
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
        SpecialWork[] all = [
            .. _ready,
            .. _roots.Values.SelectMany(static root => root.Waiting),
            .. _lines.Values.SelectMany(static behind => behind)];
        _ready.Clear();
        _aside = 0;
        foreach (RootLines root in _roots.Values)
        {
            root.Waiting.Clear();
        }

        foreach (Queue<SpecialWork> behind in _lines.Values)
        {
            behind.Clear();
        }

        return all;
    }

    private static object RootOf(SpecialWork work) => work.Root ?? s_noRoot;

    private void LetNextLead(ulong line)
    {
        Queue<SpecialWork> behind = _lines[line];
        while (behind.TryDequeue(out SpecialWork? next))
        {
            _aside--;
            if (!next.IsClaimed)
            {
                Lead(next);
                return;
            }
        }

        _lines.Remove(line);
    }

    /// <summary>The first of its line goes as soon as its root may have another under way.</summary>
    private void Lead(SpecialWork work)
    {
        if (!_roots.TryGetValue(RootOf(work), out RootLines? root))
        {
            root = new RootLines();
            _roots.Add(RootOf(work), root);
        }

        if (root.Running < linesOfARoot)
        {
            root.Running++;
            _ready.Enqueue(work);
        }
        else
        {
            root.Waiting.Enqueue(work);
            _aside++;
        }
    }

    private sealed class RootLines
    {
        public readonly Queue<SpecialWork> Waiting = new(0);
        public int Running;
    }
}
