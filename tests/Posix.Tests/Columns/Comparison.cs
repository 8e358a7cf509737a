using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>Compares two places, but for listed differences, which must be there.</summary>
public sealed class Comparison
{
    private static readonly JsonSerializerOptions s_options = new() { PropertyNameCaseInsensitive = true, Converters = { new JsonStringEnumConverter() } };
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="list">The file that lists the differences, beside the tests.</param>
    public Comparison(string list)
        : this(JsonSerializer.Deserialize<Difference[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, list)), s_options)!)
    {
    }

    internal Comparison(IReadOnlyList<Difference> listed) => Listed = listed;

    public IReadOnlyList<Difference> Listed { get; }

    /// <summary>A line for everything that is not as it should be.</summary>
    public IEnumerable<string> Faults(Column column, Observations oracle, Observations root)
    {
        HashSet<string> known = [.. oracle.Cases];
        foreach (string missing in known.Except(root.Cases).Union(root.Cases.Except(known)))
        {
            yield return $"{missing}: observed in one place only";
        }

        foreach (string name in root.Runs.Where(name => known.Contains(name.Split('@')[0]) && !Subjects.NotYet.Contains(name.Split('@')[0])))
        {
            if (Fault(Listed.FirstOrDefault(difference => difference.IsAbout(name, column)), oracle[name], root[name]) is { } fault)
            {
                yield return $"{name}: {fault}";
            }
        }
    }

    private static string? Fault(Difference? listed, JsonNode? oracle, JsonNode? root)
    {
        if (listed is null)
        {
            return JsonNode.DeepEquals(oracle, root) ? null : $"\n    oracle {Text(oracle)}\n    root   {Text(root)}";
        }

        if (!JsonNode.DeepEquals(listed.Mount, root))
        {
            return $"\n    oracle {Text(oracle)}\n    root   {Text(root)}\n    listed {Text(listed.Mount)}, because: {listed.Reason}";
        }

        return JsonNode.DeepEquals(oracle, root) ? "listed as a difference, but there is none: take it off the list" : null;
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(s_readable) ?? "null";
}
