using Google.Protobuf.WellKnownTypes;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer.Execution;

/// <summary>An action's time limit within this server's.</summary>
internal sealed class TimeLimit(TimeSpan byDefault, TimeSpan most)
{
    // google.protobuf.Duration: +-10,000 years, nanoseconds of the same sign.
    private const long MaxSeconds = 315_576_000_000;
    private const int NanosPerSecond = 1_000_000_000;
    private const int NanosPerTick = 100;

    /// <summary>The limit that holds: what is stated; the default where nothing, or nought, is.</summary>
    /// <exception cref="ActionRefusedException">INVALID_ARGUMENT: negative, malformed, or longer than is allowed here.</exception>
    public TimeSpan Of(Duration? stated)
    {
        if (stated is null || (stated.Seconds == 0 && stated.Nanos == 0))
        {
            return byDefault;
        }

        if (stated.Seconds < 0 || stated.Nanos < 0)
        {
            throw Refused(stated, "is negative");
        }

        if (stated.Nanos >= NanosPerSecond || stated.Seconds > MaxSeconds)
        {
            throw Refused(stated, "is no valid Duration");
        }

        // Rounded up: one nanosecond is a limit, and not none.
        TimeSpan limit = TimeSpan.FromTicks(Math.Min(stated.Seconds, (long)TimeSpan.MaxValue.TotalSeconds / 2) * TimeSpan.TicksPerSecond)
            + TimeSpan.FromTicks((stated.Nanos + NanosPerTick - 1) / NanosPerTick);
        return limit <= most ? limit : throw Refused(stated, $"is longer than {most}, the most that this server allows");
    }

    private static ActionRefusedException Refused(Duration stated, string why) => new(new ActionStatus(
        StatusCode.InvalidArgument, $"the action's timeout of {stated.Seconds} s and {stated.Nanos} ns {why}"));
}
