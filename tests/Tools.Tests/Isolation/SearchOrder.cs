using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VirtualRoot.Tools.Tests.Isolation;

/// <summary>What <c>InRoot/search.py</c> is to look for.</summary>
internal sealed record SearchOrder
{
    /// <summary>Texts, by what they tell.</summary>
    [JsonPropertyName("facts")]
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Where to look.</summary>
    [JsonPropertyName("roots")]
    public IReadOnlyList<string> Roots { get; init; } = ["/proc", "/sys", "/dev"];

    /// <summary>How many levels below them.</summary>
    [JsonPropertyName("depth")]
    public int Depth { get; init; } = 12;

    /// <summary>Processes to try by their number.</summary>
    [JsonPropertyName("pids")]
    public IReadOnlyList<int> Pids { get; init; } = [];

    /// <summary>Paths that should not exist.</summary>
    [JsonPropertyName("absent")]
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>The line that the program reads.</summary>
    public byte[] ToLine() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this) + "\n");
}
