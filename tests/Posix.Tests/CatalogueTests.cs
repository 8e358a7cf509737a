using VirtualRoot.Posix.Tests.Columns;
using VirtualRoot.Posix.Tests.Support;
using VirtualRoot.Testing;

namespace VirtualRoot.Posix.Tests;

/// <summary>The POSIX catalogue in a root and in a plain ext4 directory, which is the oracle.</summary>
public sealed class CatalogueTests(CatalogueMachine machine) : IClassFixture<CatalogueMachine>
{
    private static readonly Comparison s_withPlain = new("Differences.json");
    private static readonly Comparison s_withRoot = new("OneIdMap.json");

    [NeedsPeopleTheory]
    [InlineData(Column.MountByRoot, Person.Root)]
    [InlineData(Column.MountByUser, Person.User)]
    [InlineData(Column.RunByRoot, Person.Root)]
    [InlineData(Column.RunByUser, Person.OneId)]
    public async Task Root_Catalogue_IsSeenAsInAPlainDirectory(Column column, Person person)
    {
        Observations[] seen = await Task.WhenAll(machine.InPlainDirectory(person), machine.InRoot(column));
        (Observations plain, Observations root) = (seen[0], seen[1]);
        Assert.Empty(plain.Broken);
        Assert.True(plain.Applicable >= 500, $"only {plain.Applicable} cases had something to observe");
        AssertNone(s_withPlain.Faults(column, plain, root));
    }

    [NeedsMappedIdsTheory]
    [InlineData(Column.RunWithMappedIds, Person.MappedIds)]
    public async Task RootOfMappedIds_Catalogue_IsSeenAsInAPlainDirectory(Column column, Person person)
    {
        await Root_Catalogue_IsSeenAsInAPlainDirectory(column, person);
        Assert.True((await machine.InRoot(column)).IsApplicable("access.file_for_others@input"), "there is no second id");
    }

    /// <summary>What a map of one id takes away is taken away in a plain directory too, so it is enumerated against root's own root.</summary>
    [NeedsPeopleTheory]
    [InlineData(Column.RunByUser)]
    public async Task OneIdMap_Catalogue_DiffersFromRootAsListed(Column column)
    {
        Observations root = await machine.InRoot(Column.RunByRoot);
        Observations mapped = await machine.InRoot(column);
        AssertNone(s_withRoot.Faults(column, root.ApplicableIn(mapped), mapped.ApplicableIn(mapped)));
    }

    [Fact]
    public void Catalogue_Names_AreAtLeast250AndDiffer()
    {
        IReadOnlyList<string> names = machine.Names;
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.True(names.Select(name => name.Split('@')[0]).Distinct().Count() >= 250);
        Assert.Empty(names.Select(name => name.Split('.')[0]).Distinct().Except(Subjects.Enabled));
        Assert.Empty(Subjects.NotYet.Except(names.Select(name => name.Split('@')[0])));
    }

    [Fact]
    public void Differences_EachHasACaseAndAReason()
    {
        IReadOnlyList<string> names = machine.Names;
        Assert.All(s_withPlain.Listed.Concat(s_withRoot.Listed), difference =>
        {
            Assert.Contains(names, name => Enum.GetValues<Column>().Any(column => difference.IsAbout(name, column)));
            Assert.False(string.IsNullOrWhiteSpace(difference.Reason));
        });
    }

    [Fact]
    public void Differences_EachIsToldToUsers()
    {
        string told = File.ReadAllText(Path.Combine(PublishedTool.Checkout(), "docs/posix.md"));
        Assert.All(s_withPlain.Listed.Concat(s_withRoot.Listed), difference =>
        {
            string line = Assert.Single(told.Split('\n'), line => line.Contains($"`{difference.Case}`", StringComparison.Ordinal) && line.EndsWith(difference.Reason, StringComparison.Ordinal));
            Assert.StartsWith("- ", line, StringComparison.Ordinal);
        });
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        string[] found = [.. faults];
        Assert.True(found.Length == 0, $"{found.Length} faults:\n{string.Join('\n', found)}");
    }
}
