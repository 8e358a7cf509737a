using System.Text.Json;
using System.Text.Json.Serialization;

namespace VirtualRoot.Descriptors.Tests.Support;

/// <summary>The uses in the folder Uses, each a few lines of bash under a name, and the differences that are known.</summary>
internal static class Uses
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Where they are.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Uses");

    /// <summary>Files of uses, by name.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Directory.GetFiles(Folder, "*.sh").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Every use's name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Files.SelectMany(file => File.ReadLines(Path.Combine(Folder, file))).Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..].Trim())];

    /// <summary>Differences.json.</summary>
    public static IReadOnlyList<Difference> Differences { get; } =
        JsonSerializer.Deserialize<Difference[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Differences.json")), s_options)!;

    /// <summary>The lines that drive.py prints.</summary>
    public static IReadOnlyDictionary<string, Observation> Parse(string lines) => lines
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Select(seen => new Observation(
            seen.GetProperty("use").GetString()!, seen.GetProperty("status").ToString(), seen.GetProperty("out").GetString()!, seen.GetProperty("err").GetString()!))
        .ToDictionary(seen => seen.Use);
}
