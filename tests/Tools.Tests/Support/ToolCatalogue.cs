using System.Text.Json;

namespace VirtualRoot.Tools.Tests.Support;

/// <summary>The commands, in <c>Cases/*.txt</c>, and the exceptions. A line <c>= NAME</c> begins a case; <c>[root]</c> behind it: only root can;
/// <c>[special]</c>: it needs the special directories.</summary>
public static class ToolCatalogue
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Every case, by name.</summary>
    public static IReadOnlyDictionary<string, ToolCase> Cases { get; } = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.txt")
        .SelectMany(file => ("\n" + File.ReadAllText(file)).Split("\n= ", StringSplitOptions.RemoveEmptyEntries))
        .Select(Read)
        .ToDictionary(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>What differs, with its cause.</summary>
    public static IReadOnlyList<ToolException> Exceptions { get; } =
        JsonSerializer.Deserialize<List<ToolException>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Exceptions.json")), s_json)!;

    /// <summary>The lines that <c>InRoot/cases.py</c> printed, by name.</summary>
    public static IReadOnlyDictionary<string, ToolOutcome> ReadOutcomes(string lines) => lines
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonSerializer.Deserialize<ToolOutcome>(line, s_json)!)
        .ToDictionary(outcome => outcome.Name, StringComparer.Ordinal);

    private static ToolCase Read(string text)
    {
        string[] parts = text.Split('\n', 2);
        string[] words = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new ToolCase(words[0], parts[1], words.Contains("[special]"), words.Contains("[root]"));
    }
}
