using System.Text.Json;

namespace VirtualRoot.Tools.Tests.Isolation;

/// <summary>What <c>InRoot/search.py</c> found.</summary>
/// <param name="Found">Fact, path (of processes and threads in general), and whether it is its content, link text or name.</param>
/// <param name="Present">Paths that should not exist.</param>
/// <param name="Files">How many files were read.</param>
internal sealed record SearchResult(IReadOnlyList<(string Fact, string Path, string How)> Found, IReadOnlyList<string> Present, int Files)
{
    public static SearchResult Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new SearchResult(
            [.. root.GetProperty("found").EnumerateArray().Select(hit => (hit[0].GetString()!, hit[1].GetString()!, hit[2].GetString()!))],
            [.. root.GetProperty("present").EnumerateArray().Select(path => path.GetString()!)],
            root.GetProperty("files").GetInt32());
    }
}
