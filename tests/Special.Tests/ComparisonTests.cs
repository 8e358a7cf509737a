using System.Text.Json.Nodes;
using VirtualRoot.Special.Tests.Columns;

namespace VirtualRoot.Special.Tests;

/// <summary>What the comparison calls a fault; a list of differences that hides others would make the catalogue worthless.</summary>
public sealed class ComparisonTests
{
    private static readonly Observations s_real = Seen("""{"type": "file", "size": 0}""");

    [Fact]
    public void Faults_Same_None() => Assert.Empty(Faults(Seen("""{"size": 0, "type": "file"}""")));

    [Fact]
    public void Faults_FieldThatDiffersOrIsMissing_IsTold()
    {
        string fault = Assert.Single(Faults(Seen("""{"type": "file", "size": 1}""")));
        Assert.Contains("size", fault, StringComparison.Ordinal);
        Assert.Contains("root 1", fault, StringComparison.Ordinal);
        Assert.Single(Faults(Seen("""{"type": "file"}""")));
        Assert.Single(Faults(Seen("""{"type": "file", "size": 0, "more": 1}""")));
    }

    [Fact]
    public void Faults_ListedDifference_IsNoneInItsFieldColumnAndValueOnly()
    {
        Observations root = Seen("""{"type": "file", "size": 1}""");
        Assert.Empty(Faults(root, Listed("size", 1, Column.User)));
        Assert.Empty(Faults(root, Listed("size", null, Column.User)));
        Assert.Single(Faults(root, Listed("size", 2, Column.User)));
        Assert.Single(Faults(root, Listed("size", 1, Column.Root)));
        Assert.Single(Faults(root, Listed("type", 1, Column.User)));
        Assert.Single(Faults(root, Listed("size", 1, Column.User) with { Subjects = ["other.*"] }));
    }

    [Fact]
    public void Faults_SubjectThatDidNotRun_IsTold() =>
        Assert.Single(new Comparison([]).Faults("must.other", Column.User, s_real, s_real));

    [Fact]
    public void Faults_WhatIsNotHere_IsNoneUnlessEveryMachineMustHaveIt()
    {
        Observations nothing = new(["""{"case": "must.a", "observed": {"not applicable": "x"}}""", """{"case": "other.a", "observed": {"not applicable": "x"}}"""]);
        Assert.Empty(new Comparison([]).Faults("other.a", Column.User, nothing, nothing));
        Assert.Single(new Comparison([]).Faults("must.a", Column.User, nothing, nothing));
    }

    [Fact]
    public void Shown_OnlyDifferencesThatAreThere()
    {
        Difference listed = Listed("size", 1, Column.User);
        Comparison comparison = new([listed]);
        Assert.Same(listed, Assert.Single(comparison.Shown("must.a", Column.User, s_real, Seen("""{"type": "file", "size": 1}"""))));
        Assert.Empty(comparison.Shown("must.a", Column.User, s_real, s_real));
    }

    [Fact]
    public void Broken_HangsAndBugs_AreTold()
    {
        Observations seen = new(["""{"case": "a", "observed": "TIMEOUT"}""", """{"case": "b", "observed": "BUG x"}""", """{"case": "c", "observed": "failed with EIO"}"""]);
        Assert.Equal(2, seen.Broken.Count());
    }

    private static Observations Seen(string observed) => new([$$"""{"case": "must.a", "observed": {{observed}}}"""]);

    private static Difference Listed(string field, int? root, Column column) => new(["must.*"], [field], [column], root is { } value ? JsonValue.Create(value) : null, "a reason");

    private static string[] Faults(Observations root, params Difference[] listed) => [.. new Comparison(listed).Faults("must.a", Column.User, s_real, root)];
}
