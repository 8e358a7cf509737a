using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VirtualRoot.Special.Tests.Columns;

/// <summary>Compares what was seen in a root with what was seen with real mounts, field by field, but for listed differences.</summary>
public sealed class Comparison
{
    private static readonly JsonSerializerOptions s_options = new() { PropertyNameCaseInsensitive = true, Converters = { new JsonStringEnumConverter() } };
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The list beside the tests.</summary>
    public Comparison()
        : this(JsonSerializer.Deserialize<Difference[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Differences.json")), s_options)!)
    {
    }

    internal Comparison(IReadOnlyList<Difference> listed) => Listed = listed;

    public IReadOnlyList<Difference> Listed { get; }

    /// <summary>A line for each field of the subject that is neither as with real mounts nor as listed.</summary>
    public IEnumerable<string> Faults(string subject, Column column, Observations real, Observations root)
    {
        if (!real.Has(subject) || !root.Has(subject))
        {
            return [$"{column}: looked at in one place only"];
        }

        if (!real.IsApplicable(subject))
        {
            return subject.StartsWith("must.", StringComparison.Ordinal) ? [$"{column}: there is nothing to compare with: {Text(real[subject].Values.First())}"] : [];
        }

        return Differing(subject, real, root)
            .Where(field => Explanation(subject, field.Name, column, field.Root) is null)
            .Select(field => $"{column}, {field.Name}:\n    real {Text(field.Real)}\n    root {Text(field.Root)}");
    }

    /// <summary>The listed differences that the subject shows.</summary>
    public IEnumerable<Difference> Shown(string subject, Column column, Observations real, Observations root) =>
        !real.Has(subject) || !root.Has(subject) || !real.IsApplicable(subject)
            ? []
            : Differing(subject, real, root).Select(field => Explanation(subject, field.Name, column, field.Root)).OfType<Difference>();

    private Difference? Explanation(string subject, string field, Column column, JsonNode? root) =>
        Listed.FirstOrDefault(listed => listed.IsAbout(subject, field, column) && (listed.Root is null || JsonNode.DeepEquals(listed.Root, root)));

    private static IEnumerable<(string Name, JsonNode? Real, JsonNode? Root)> Differing(string subject, Observations real, Observations root)
    {
        IReadOnlyDictionary<string, JsonNode?> one = real[subject];
        IReadOnlyDictionary<string, JsonNode?> two = root[subject];
        return one.Keys.Union(two.Keys)
            .Select(name => (name, one.GetValueOrDefault(name), two.GetValueOrDefault(name)))
            .Where(field => !JsonNode.DeepEquals(field.Item2, field.Item3));
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(s_readable) ?? "nothing";
}
