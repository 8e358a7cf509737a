namespace VirtualRoot.Nodes;

/// <summary>A point in time as stat(2) tells it: seconds since 1970 (may be negative) and nanoseconds below 1e9.</summary>
public readonly record struct NodeTime(long Seconds, uint Nanoseconds)
{
    /// <summary>The time of <paramref name="clock"/>, at its resolution (100 ns).</summary>
    public static NodeTime Now(TimeProvider clock)
    {
        long ticks = clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return rest < 0
            ? new NodeTime(seconds - 1, (uint)((rest + TimeSpan.TicksPerSecond) * TimeSpan.NanosecondsPerTick))
            : new NodeTime(seconds, (uint)(rest * TimeSpan.NanosecondsPerTick));
    }
}
