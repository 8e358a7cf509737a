using System.Globalization;

namespace VirtualRoot.Cli.Settings;

/// <summary>Times as people write them: 500ms, 30s, 5m, 1h, 30.</summary>
internal static class Duration
{
    // "ms" before "s" and "m", which end or begin like it.
    private static readonly (string Unit, long Milliseconds)[] s_units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>Reads a time; a number alone is seconds.</summary>
    /// <returns>False if it is none, or above a year.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        long milliseconds = 1000;
        foreach ((string unit, long length) in s_units)
        {
            if (number.EndsWith(unit, StringComparison.Ordinal))
            {
                number = number[..^unit.Length];
                milliseconds = length;
                break;
            }
        }

        duration = default;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value) || value > TimeSpan.FromDays(365).TotalMilliseconds / milliseconds)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(value * milliseconds);
        return true;
    }
}
