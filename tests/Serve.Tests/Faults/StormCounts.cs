using System.Collections.Concurrent;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>How many actions ended how.</summary>
internal sealed class StormCounts
{
    private readonly ConcurrentDictionary<string, int> _ends = new(StringComparer.Ordinal);
    private int _total;
    private int _succeeded;

    /// <summary>What was wrong with the end of an action.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public int Total => _total;

    /// <summary>Those that ended with a result.</summary>
    public int Succeeded => _succeeded;

    public void Add(ActionKind kind, string? fault)
    {
        Interlocked.Increment(ref _total);
        if (fault is not null)
        {
            Faults.Enqueue(fault);
            AddEnd(kind, "WRONG");
        }
    }

    public void AddEnd(ActionKind kind, string end)
    {
        _ends.AddOrUpdate($"{kind} {end}", 1, static (_, count) => count + 1);
        if (end == "OK")
        {
            Interlocked.Increment(ref _succeeded);
        }
    }

    public override string ToString() =>
        $"{_total} actions: {string.Join(", ", _ends.OrderBy(static end => end.Key, StringComparer.Ordinal).Select(static end => $"{end.Value} {end.Key}"))}";
}
