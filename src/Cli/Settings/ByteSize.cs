using System.Globalization;

namespace VirtualRoot.Cli.Settings;

/// <summary>Sizes as people write them: 512M, 10G, 10GiB, 1048576. The units are powers of 1024.</summary>
internal static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>Reads a size.</summary>
    /// <returns>False if it is none, or above 8 EiB.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        number = number.EndsWith("iB", StringComparison.Ordinal) && number.Length > 2 && Units.Contains(number[^3], StringComparison.Ordinal)
            ? number[..^2]
            : number.EndsWith("B", StringComparison.Ordinal) ? number[..^1] : number;
        int unit = number.IsEmpty ? -1 : Units.IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal);
        int shift = (unit + 1) * 10;
        bytes = 0;
        if (!long.TryParse(unit < 0 ? number : number[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || value > long.MaxValue >> shift)
        {
            return false;
        }

        bytes = value << shift;
        return true;
    }

    /// <summary>Three significant digits with a unit: 1.46 MiB.</summary>
    public static string Format(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + " " + Units[unit] + "iB";
    }
}
