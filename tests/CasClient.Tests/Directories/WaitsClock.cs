using Microsoft.Extensions.Time.Testing;

namespace VirtualRoot.CasClient.Tests.Directories;

/// <summary>A clock that stands, and tells how many waits for demand have begun by it.</summary>
internal sealed class WaitsClock : FakeTimeProvider
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private int _waits;

    public int Waits => Volatile.Read(ref _waits);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == s_patience)
        {
            Interlocked.Increment(ref _waits);
        }

        return timer;
    }
}
