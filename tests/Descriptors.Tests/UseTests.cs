using VirtualRoot.Descriptors.Tests.Support;
using VirtualRoot.Testing;

namespace VirtualRoot.Descriptors.Tests;

/// <summary>
/// What programs do with /proc/PID/fd, /dev/fd and /dev/std*: each use is run by the real tool in a chroot with the real /proc and /dev, and in the virtual
/// root; standard output, standard error and status must be the same, but for what Differences.json lists, with the reason.
/// </summary>
[Collection(DescriptorCollection.Name)]
public sealed class UseTests(DescriptorMachine machine)
{
    public static TheoryData<string, Privilege> All()
    {
        TheoryData<string, Privilege> all = [];
        foreach (string use in Uses.Names)
        {
            all.Add(use, Privilege.Root);
            all.Add(use, Privilege.User);
        }

        return all;
    }

    [NeedsFuseTheory]
    [MemberData(nameof(All))]
    public void Use_InTheVirtualRoot_IsAsWithTheRealProc(string use, Privilege privilege)
    {
        Observation plain = machine.Seen(privilege, isVirtual: false)[use];
        Observation root = machine.Seen(privilege, isVirtual: true)[use];
        Assert.NotEqual("TIMEOUT", plain.Status);
        Assert.NotEqual("TIMEOUT", root.Status);
        Difference? listed = Uses.Differences.SingleOrDefault(difference => difference.Use == use && (difference.Only ?? privilege) == privilege);
        if (listed is null)
        {
            Assert.Equal(plain.ToString(), root.ToString());
            return;
        }

        Assert.Equal((listed.Status, listed.Out), (root.Status, root.Out));
        Assert.True((plain.Status, plain.Out) != (root.Status, root.Out), $"{use} is no difference any more: take it off Differences.json");
    }

    [Fact]
    public void Uses_AreManyAndNamedOnce()
    {
        Assert.True(Uses.Names.Count >= 250, $"{Uses.Names.Count} uses");
        Assert.Equal(Uses.Names.Count, Uses.Names.Distinct().Count());
    }

    [Fact]
    public void Differences_AreOfUsesAndHaveReasons()
    {
        Assert.All(Uses.Differences, difference => Assert.Contains(difference.Use, Uses.Names));
        Assert.All(Uses.Differences, difference => Assert.True(difference.Reason.Length > 20, difference.Use));
        Assert.True(Uses.Differences.Count * 10 < Uses.Names.Count, "so many differences are no special cases");
    }
}
