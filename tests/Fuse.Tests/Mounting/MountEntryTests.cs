using VirtualRoot.Fuse.Mounting;

namespace VirtualRoot.Fuse.Tests.Mounting;

public sealed class MountEntryTests
{
    [Theory]
    [InlineData("36 35 98:0 / /mnt rw - fuse.vroot vroot rw,user_id=1000,group_id=0", "/mnt", 1000u)]
    [InlineData("36 35 98:0 /sub /a\\040b\\134c rw,nosuid shared:1 master:2 - fuse.vroot vroot rw,user_id=0", "/a b\\c", 0u)]
    public void Parse_OfALine_TakesItsFields(string line, string mountPoint, uint user)
    {
        MountEntry? entry = MountEntry.Parse(line);

        Assert.Equal((mountPoint, "fuse.vroot", "vroot", (uint?)user), (entry!.MountPoint, entry.FileSystemType, entry.Source, entry.UserId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("36 35 98:0 / /mnt rw")]
    [InlineData("36 35 98:0 / /mnt rw - fuse.vroot")]
    public void Parse_OfACutLine_IsNull(string line) => Assert.Null(MountEntry.Parse(line));

    [Fact]
    public void ReadAll_HereAndNow_FindsProc() =>
        Assert.Contains(MountEntry.ReadAll(), entry => entry is { MountPoint: "/proc", FileSystemType: "proc", UserId: null });

    [Fact]
    public void Options_WithCommas_AreRefused() =>
        Assert.Contains("Source", Assert.Throws<ArgumentException>(new FuseMountOptions { Source = "a,allow_other" }.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Mount_OnNothing_NamesThePathAndTheRemedy() =>
        Assert.Contains("/nowhere", Assert.Throws<FuseMountException>(() => FuseMount.Mount("/nowhere/at/all", new FuseMountOptions { Strategy = MountStrategy.Direct })).Message, StringComparison.Ordinal);

    [Fact]
    public void Inherited_OfAClosedDescriptor_SaysSo() =>
        Assert.Contains("--fuse-fd", Assert.Throws<FuseMountException>(() => FuseMount.Mount("/tmp", new FuseMountOptions { Strategy = MountStrategy.Inherited, InheritedDescriptor = 999_999 })).Message, StringComparison.Ordinal);

    [Fact]
    public void Probe_EachThingThatIsMissing_HasARemedy()
    {
        MountCapabilities capabilities = MountCapabilities.Probe();

        Assert.Equal(5, capabilities.All.Count);
        Assert.All(capabilities.All, prerequisite => Assert.Equal(prerequisite.IsMet, prerequisite.Remedy.Length == 0));
    }
}
