namespace VirtualRoot.Grpc.Client;

/// <summary>Bounds of the timers that hold deadlines.</summary>
internal static class CallTimer
{
    /// <summary>How far ahead of ours a server's deadline may fire: clocks tick in steps of some milliseconds.</summary>
    public static readonly TimeSpan DeadlineSlack = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    /// <summary>Timers take at most 49 days; a call that long is as good as without deadline.</summary>
    public static TimeSpan Clamp(TimeSpan timeout) =>
        timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout > s_longest ? s_longest : timeout;
}
