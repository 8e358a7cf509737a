using VirtualRoot.Special.Tests.Columns;
using VirtualRoot.Special.Tests.Support;
using VirtualRoot.Testing;

namespace VirtualRoot.Special.Tests;

/// <summary>The catalogue in a root's synthesized directories and in a chroot with real ones, which are the oracle.</summary>
public sealed class CatalogueTests(CatalogueRuns runs) : IClassFixture<CatalogueRuns>
{
    private static readonly Lazy<string[]> s_names = new(CatalogueRuns.Names);
    private static readonly Comparison s_comparison = new();

    /// <summary>What a tool could notice of a path that it needs: what it is, what it says, where it leads, whether it opens.</summary>
    private static readonly string[] s_noticeable = ["type", "shape", "empty", "bytewise", "by a stream", "rewound", "O_RDONLY", "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "O_PATH", "text", "followed", "real path", "looked up", "twice the same", "R_OK", "F_OK", "again", "held", "below", "slash", "middle", "start", ""];

    public static TheoryData<string> Names => [.. s_names.Value];

    [NeedsRealMountsTheory]
    [MemberData(nameof(Names))]
    public async Task Subject_InARoot_IsSeenAsWithRealMounts(string subject)
    {
        List<string> faults = [];
        foreach (Column column in Enum.GetValues<Column>())
        {
            Observations[] seen = await Task.WhenAll(runs.WithRealMounts(column), runs.InRoot(column));
            faults.AddRange(s_comparison.Faults(subject, column, seen[0], seen[1]));
        }

        Assert.True(faults.Count == 0, $"{subject}\n{string.Join('\n', faults)}");
    }

    [NeedsRealMountsFact]
    public async Task Catalogue_EveryRun_IsWholeAndUnbroken()
    {
        foreach (Column column in Enum.GetValues<Column>())
        {
            foreach (Observations seen in await Task.WhenAll(runs.WithRealMounts(column), runs.InRoot(column)))
            {
                Assert.Equal(s_names.Value, seen.Subjects);
                Assert.Empty(seen.Broken);
                Assert.True(seen.Subjects.Count(seen.IsApplicable) >= 300, $"{column}: only {seen.Subjects.Count(seen.IsApplicable)} subjects had something to look at");
            }
        }
    }

    [NeedsRealMountsFact]
    public async Task Differences_EachIsStillSeen()
    {
        HashSet<Difference> shown = [];
        foreach (Column column in Enum.GetValues<Column>())
        {
            Observations[] seen = await Task.WhenAll(runs.WithRealMounts(column), runs.InRoot(column));
            shown.UnionWith(s_names.Value.SelectMany(subject => s_comparison.Shown(subject, column, seen[0], seen[1])));
        }

        Assert.Empty(s_comparison.Listed.Except(shown).Select(difference => $"{string.Join(' ', difference.Subjects)} {string.Join(' ', difference.Fields)}: no longer differs, take it off the list"));
    }

    /// <summary>But for devices where a mount may hold none.</summary>
    [Fact]
    public void Differences_OfWhatToolsNeed_AreNoneThatTheyCouldNotice() =>
        Assert.Empty(s_comparison.Listed
            .Where(difference => difference.Columns is not [Column.OwnNamespace] || difference.Subjects.Any(pattern => !pattern.StartsWith("must.dev", StringComparison.Ordinal)))
            .Where(difference => difference.Fields.Any(s_noticeable.Contains) && s_names.Value.Any(name => name.StartsWith("must.", StringComparison.Ordinal) && difference.IsAbout(name)))
            .Select(difference => $"{string.Join(' ', difference.Subjects)}: {difference.Reason}"));

    [Fact]
    public void Differences_EachHasSubjectsAndIsToldToUsers()
    {
        string[] told = File.ReadAllLines(Path.Combine(PublishedTool.Checkout(), "docs/special.md"));
        Assert.All(s_comparison.Listed, difference =>
        {
            Assert.All(difference.Subjects, pattern => Assert.Contains(s_names.Value, name => new Difference([pattern], [], null, null, "").IsAbout(name)));
            Assert.Contains(told, line => line.StartsWith("- ", StringComparison.Ordinal) && line.EndsWith(difference.Reason, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Catalogue_Names_AreAtLeast150AndDiffer()
    {
        Assert.Equal(s_names.Value.Length, s_names.Value.Distinct().Count());
        Assert.True(s_names.Value.Length >= 150);
    }
}
