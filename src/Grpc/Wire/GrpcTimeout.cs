using System.Globalization;

namespace VirtualRoot.Grpc.Wire;

/// <summary>The value of <c>grpc-timeout</c>: one to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const long MaximumValue = 99_999_999;

    /// <summary>Formats in the finest unit that fits, rounded up: the server must not give up before the client.</summary>
    public static string Format(TimeSpan timeout)
    {
        ReadOnlySpan<(long Ticks, char Unit)> units =
        [
            (TimeSpan.TicksPerMicrosecond, 'u'),
            (TimeSpan.TicksPerMillisecond, 'm'),
            (TimeSpan.TicksPerSecond, 'S'),
            (TimeSpan.TicksPerMinute, 'M'),
            (TimeSpan.TicksPerHour, 'H'),
        ];
        foreach ((long ticks, char unit) in units)
        {
            long value = (timeout.Ticks / ticks) + (timeout.Ticks % ticks > 0 ? 1 : 0);
            if (value <= MaximumValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(value, 0)}{unit}");
            }
        }

        return "99999999H";
    }

    /// <summary>Parses; false for anything that the grammar does not allow.</summary>
    public static bool TryParse(string value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9
            || !long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        long ticks = value[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => -1,
        };
        if (ticks < 0)
        {
            return false;
        }

        // A tick is 100 ns. The longest value, 99999999 hours, is below TimeSpan.MaxValue.
        timeout = new TimeSpan(ticks == 0 ? (number + 99) / 100 : Math.Min(number, TimeSpan.MaxValue.Ticks / ticks) * ticks);
        return true;
    }
}
