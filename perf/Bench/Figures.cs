using System.Globalization;
using VirtualRoot.Fuse;

namespace VirtualRoot.Bench;

/// <summary>How numbers are written in the tables.</summary>
internal static class Figures
{
    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.0} µs"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.00} s"),
    };

    public static string Ratio(double nanoseconds, double plain) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / plain:0.00}");

    /// <summary>"LOOKUP 1, OPEN 0.5": the requests between two snapshots for each of <paramref name="operations"/>, the most first.</summary>
    public static string Requests(FuseStatisticsSnapshot before, FuseStatisticsSnapshot after, double operations)
    {
        string text = string.Join(", ", after.Requests
            .Select(pair => (Name: pair.Key, Count: pair.Value - before.Requests.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.Count > 0)
            .OrderByDescending(pair => pair.Count)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Name} {pair.Count / operations:0.#####}")));
        return text.Length == 0 ? "none" : text;
    }
}
