using System.Text.Json;
using System.Text.Json.Nodes;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Special.Tests.Columns;

/// <summary>What one run of the catalogue saw, by subject.</summary>
public sealed class Observations
{
    private readonly Dictionary<string, JsonNode?> _bySubject = [];

    public Observations(ProcessOutcome outcome)
        : this(outcome.Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
    {
    }

    /// <param name="lines">A JSON object for each subject.</param>
    internal Observations(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            JsonNode row = JsonNode.Parse(line)!;
            _bySubject.Add(row["case"]!.GetValue<string>(), row["observed"]);
        }
    }

    public IReadOnlyCollection<string> Subjects => _bySubject.Keys;

    public bool Has(string subject) => _bySubject.ContainsKey(subject);

    /// <summary>False if it said that it has nothing to look at here.</summary>
    public bool IsApplicable(string subject) => _bySubject[subject] is not JsonObject only || !only.ContainsKey("not applicable");

    /// <summary>The fields of a subject; what did not end, or broke by itself, is one field with an empty name.</summary>
    public IReadOnlyDictionary<string, JsonNode?> this[string subject] => _bySubject[subject] is JsonObject fields
        ? fields.ToDictionary()
        : new Dictionary<string, JsonNode?> { [""] = _bySubject[subject] };

    /// <summary>Subjects that did not end, or have a fault of their own: wrong in any place.</summary>
    public IEnumerable<string> Broken => _bySubject
        .Where(row => row.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String
            && (value.GetValue<string>() == "TIMEOUT" || value.GetValue<string>().StartsWith("BUG", StringComparison.Ordinal)))
        .Select(row => $"{row.Key}: {row.Value}");
}
