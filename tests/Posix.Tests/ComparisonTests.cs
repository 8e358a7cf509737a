using VirtualRoot.Posix.Tests.Columns;

namespace VirtualRoot.Posix.Tests;

/// <summary>What the comparison calls a fault; a list of differences that hides others would make the catalogue worthless.</summary>
public sealed class ComparisonTests
{
    private static readonly Observations s_plain = new(["""{"case": "a.same@created", "observed": ["ok", 1]}""", """{"case": "a.other@created", "observed": "EPERM"}"""]);

    [Fact]
    public void Faults_SameInEachMaking_None()
    {
        Observations root = new([Line("a.same@input", """["ok", 1]"""), Line("a.same@changed", """["ok", 1]"""), Line("a.other@created", "\"EPERM\"")]);
        Assert.Empty(Faults(root));
    }

    [Fact]
    public void Faults_UnlistedDifference_IsTold()
    {
        Observations root = new([Line("a.same@input", """["ok", 2]"""), Line("a.other@created", "\"EPERM\"")]);
        Assert.Contains("""root   ["ok",2]""", Assert.Single(Faults(root)), StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_ListedDifference_IsNoneInItsColumnOnly()
    {
        Observations root = new([Line("a.same@input", """["ok", 1]"""), Line("a.other@created", "\"EINVAL\"")]);
        Difference listed = new("a.other", [Column.RunByUser], "EINVAL", "a reason");
        Assert.Empty(Faults(root, listed));
        Assert.Single(new Comparison([listed]).Faults(Column.MountByRoot, s_plain, root));
    }

    [Fact]
    public void Faults_ListedDifferenceOfAnotherKind_IsTold()
    {
        Observations root = new([Line("a.same@input", """["ok", 1]"""), Line("a.other@created", "\"EIO\"")]);
        Assert.Contains("a reason", Assert.Single(Faults(root, new Difference("a.other", null, "EINVAL", "a reason"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_ListedDifferenceThatIsGone_IsTold()
    {
        Observations root = new([Line("a.same@input", """["ok", 1]"""), Line("a.other@created", "\"EPERM\"")]);
        Assert.Contains("take it off", Assert.Single(Faults(root, new Difference("a.other", null, "EPERM", "a reason"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_CaseThatDidNotRun_IsTold() =>
        Assert.Contains("a.other", Assert.Single(Faults(new Observations([Line("a.same@input", """["ok", 1]""")]))), StringComparison.Ordinal);

    [Fact]
    public void Broken_HangsAndBugs_AreTold()
    {
        Observations seen = new([Line("a.hang@input", "\"TIMEOUT\""), Line("a.bug@input", "\"BUG Traceback\""), Line("a.good@input", "\"EBUSY\"")]);
        Assert.Equal(2, seen.Broken.Count());
    }

    private static string Line(string name, string observed) => $$"""{"case": "{{name}}", "observed": {{observed}}}""";

    private static string[] Faults(Observations root, params Difference[] listed) => [.. new Comparison(listed).Faults(Column.RunByUser, s_plain, root)];
}
