namespace VirtualRoot.CasClient.Tests.Fakes;

/// <summary>A clock that jumps to the end of every timer as soon as it is set.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private readonly Lock _gate = new();
    private TimeSpan _passed;

    public List<TimeSpan> Delays { get; } = [];

    public TimeSpan Passed
    {
        get
        {
            lock (_gate)
            {
                return _passed;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Passed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Passed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            lock (_gate)
            {
                _passed += dueTime;
                Delays.Add(dueTime);
            }
        }

        return new Immediate(callback, state, dueTime);
    }

    private sealed class Immediate : ITimer
    {
        private readonly Timer _timer;

        public Immediate(TimerCallback callback, object? state, TimeSpan dueTime) =>
            _timer = new Timer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        public bool Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();
    }
}
