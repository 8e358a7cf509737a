using System.Globalization;
using System.Text.RegularExpressions;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bazel.Tests;

/// <summary>A build that succeeded: what Bazel said, what lay in bazel-bin after it (by path), and, where it was asked for, what
/// was run.</summary>
internal sealed partial record FinishedBuild(ProcessOutcome Outcome, IReadOnlyDictionary<string, string> Outputs, IReadOnlyList<ExecutedSpawn> Spawns)
{
    /// <summary>Bazel's last line on processes, by the kind of runner: "515 processes: 13 internal, 502 remote."
    /// Hits have a kind of their own: "remote cache hit".</summary>
    public IReadOnlyDictionary<string, int> Processes => ProcessLine().Match(Outcome.Error) is { Success: true } match
        ? match.Groups[1].Value.Split(", ").Select(static part => part.Split(' ', 2)).ToDictionary(
            static words => words[1], static words => int.Parse(words[0], CultureInfo.InvariantCulture))
        : throw new InvalidOperationException($"Bazel tells of no processes:\n{Outcome}");

    [GeneratedRegex(@"INFO: \d+ process(?:es)?: (.*)\.")]
    private static partial Regex ProcessLine();
}
