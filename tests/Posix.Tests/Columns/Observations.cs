using System.Text.Json;
using System.Text.Json.Nodes;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>What one run of the catalogue saw, by case.</summary>
public sealed class Observations
{
    private readonly Dictionary<string, JsonNode?> _byCase = [];

    private Observations(IEnumerable<KeyValuePair<string, JsonNode?>> rows) => _byCase = rows.ToDictionary();

    public Observations(ProcessOutcome outcome)
        : this(outcome.Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
    {
    }

    /// <param name="lines">A JSON object for each case.</param>
    internal Observations(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            JsonNode row = JsonNode.Parse(line)!;
            _byCase.Add(row["case"]!.GetValue<string>(), row["observed"]);
        }
    }

    /// <summary>The names of cases, with how their files were made.</summary>
    public IReadOnlyCollection<string> Runs => _byCase.Keys;

    public IEnumerable<string> Cases => _byCase.Keys.Select(name => name.Split('@')[0]).Distinct();

    /// <summary>What the case saw here; where it did not run in that making, what it saw in what it had just created.</summary>
    public JsonNode? this[string name] => _byCase.TryGetValue(name, out JsonNode? seen) ? seen : _byCase[name.Split('@')[0] + "@created"];

    /// <summary>How many cases had something to observe for this user.</summary>
    public int Applicable => _byCase.Keys.Count(IsApplicable);

    public bool IsApplicable(string name) => this[name] is not JsonObject only || !only.ContainsKey("not applicable");

    /// <summary>The same without the cases that say nothing in <paramref name="other"/>.</summary>
    public Observations ApplicableIn(Observations other) => new(_byCase.Where(row => other.IsApplicable(row.Key)));

    /// <summary>Cases that did not end, or broke by themselves: wrong in any column.</summary>
    public IEnumerable<string> Broken => _byCase.Where(row => row.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String
        && (value.GetValue<string>() == "TIMEOUT" || value.GetValue<string>().StartsWith("BUG", StringComparison.Ordinal))).Select(row => $"{row.Key}: {row.Value}");
}
