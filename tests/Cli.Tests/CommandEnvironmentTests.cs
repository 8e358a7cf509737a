using VirtualRoot.Cli.Running;

namespace VirtualRoot.Cli.Tests;

public sealed class CommandEnvironmentTests
{
    private static readonly string[] s_caller = ["PATH=/caller", "LANG=C", "A=a=b"];

    [Fact]
    public void Build_NothingGiven_IsPathAndHomeAlone() => Assert.Equal(
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/"],
        CommandEnvironment.Build([], s_caller, inherit: false));

    [Fact]
    public void Build_Given_OverridesDefaultsAndEarlierOnes() => Assert.Equal(
        ["HOME=/h", "PATH=/second", "EMPTY="],
        CommandEnvironment.Build(["PATH=/first", "HOME=/h", "PATH=/second", "EMPTY="], s_caller, inherit: false));

    [Fact]
    public void Build_NameAlone_IsTheCallersValueOrNothing() => Assert.Equal(
        ["A=a=b", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/"],
        CommandEnvironment.Build(["A", "MISSING"], s_caller, inherit: false));

    [Fact]
    public void Build_Inherit_IsTheCallersWithTheGivenOnes() => Assert.Equal(
        ["LANG=de", "PATH=/caller", "A=a=b"],
        CommandEnvironment.Build(["LANG=de"], s_caller, inherit: true));

    [Fact]
    public void Build_NoName_IsUsage() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => CommandEnvironment.Build(["=x"], s_caller, inherit: false)).ExitCode);
}
