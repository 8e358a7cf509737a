namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>Which faults befall a line between a worker and its CAS, and how often; of chance, from a seed.</summary>
internal sealed class FaultPlan(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private int _delays;
    private int _resets;
    private int _corruptions;
    private int _outages;

    /// <summary>Whether there are none from now on, or for now.</summary>
    public bool IsCalm { get; set; }

    /// <summary>How often each kind has happened.</summary>
    public (int Delays, int Resets, int Corruptions, int Outages) Counts
    {
        get
        {
            lock (_gate)
            {
                return (_delays, _resets, _corruptions, _outages);
            }
        }
    }

    /// <summary>By how much a frame of data is late.</summary>
    public TimeSpan NextDelay() => Chance(0.01, ref _delays) ? TimeSpan.FromMilliseconds(Next(1, 200))
        : Chance(0.0005, ref _delays) ? TimeSpan.FromMilliseconds(Next(500, 2500))
        : TimeSpan.Zero;

    /// <summary>Whether the connection is reset instead of passing a frame on.</summary>
    public bool NextReset() => Chance(0.002, ref _resets);

    /// <summary>Where a byte of content is changed in a frame's <paramref name="payload"/>; -1: nowhere.</summary>
    public int NextCorruption(ReadOnlySpan<byte> payload)
    {
        // Content says so itself. Compressed, it does not, but nothing else comes in frames as long as that.
        const int LongFrame = 4096;
        int mark = payload.IndexOf(ActionInputs.Mark);
        int from = mark >= 0 ? mark + ActionInputs.Mark.Length : payload.Length >= LongFrame ? payload.Length / 2 : payload.Length;
        return from < payload.Length && Chance(0.005, ref _corruptions) ? Next(from, Math.Min(payload.Length, from + 32)) : -1;
    }

    /// <summary>When all connections are cut the next time, and for how long no other one is taken.</summary>
    public (TimeSpan After, TimeSpan Lasting) NextOutage()
    {
        int kind = Next(0, 10);
        int lasting = kind < 6 ? 0 : kind < 9 ? Next(200, 2000) : 6000;
        return (TimeSpan.FromMilliseconds(Next(2000, 6000)), TimeSpan.FromMilliseconds(lasting));
    }

    /// <summary>An outage has happened.</summary>
    public void CountOutage() => Interlocked.Increment(ref _outages);

    private bool Chance(double share, ref int count)
    {
        lock (_gate)
        {
            bool happens = !IsCalm && _random.NextDouble() < share;
            count += happens ? 1 : 0;
            return happens;
        }
    }

    private int Next(int from, int to)
    {
        lock (_gate)
        {
            return _random.Next(from, to);
        }
    }
}
