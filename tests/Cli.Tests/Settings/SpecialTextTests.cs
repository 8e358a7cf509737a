using VirtualRoot.Cli.Settings;
using VirtualRoot.Special;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Tests.Settings;

public sealed class SpecialTextTests
{
    [Theory]
    [InlineData("auto", SpecialMode.Auto, SpecialMode.Auto, SpecialMode.Auto)]
    [InlineData("off", SpecialMode.Off, SpecialMode.Off, SpecialMode.Off)]
    [InlineData("passthrough", SpecialMode.Passthrough, SpecialMode.Passthrough, SpecialMode.Passthrough)]
    [InlineData("kernel", SpecialMode.Kernel, SpecialMode.Auto, SpecialMode.Auto)]
    [InlineData("proc=kernel,sys=synthesized,dev=off", SpecialMode.Kernel, SpecialMode.Synthesized, SpecialMode.Off)]
    [InlineData("dev=off", SpecialMode.Auto, SpecialMode.Auto, SpecialMode.Off)]
    [InlineData("synthesized,sys=off", SpecialMode.Synthesized, SpecialMode.Off, SpecialMode.Synthesized)]
    public void Read_OneForAllOrEach_SaysWhere(string text, SpecialMode proc, SpecialMode sys, SpecialMode dev) =>
        Assert.Equal(new SpecialModes(proc, sys, dev), SpecialText.Read(new SettingValue(text, "--special")));

    [Fact]
    public void Read_Nothing_IsAuto() => Assert.Equal(SpecialModes.Auto, SpecialText.Read(null));

    [Theory]
    [InlineData("")]
    [InlineData("Auto")]
    [InlineData("proc=")]
    [InlineData("proc=kernel,")]
    [InlineData("proc=kernel=off")]
    [InlineData("tmp=off")]
    [InlineData("dev=kernel")]
    public void Read_SomethingElse_NamesItsOrigin(string text)
    {
        CliException exception = Assert.Throws<CliException>(() => SpecialText.Read(new SettingValue(text, "VROOT_SPECIAL")));
        Assert.Equal(ExitCode.Usage, exception.ExitCode);
        Assert.Contains("VROOT_SPECIAL", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", StatfsAnswers.Auto)]
    [InlineData("on", StatfsAnswers.On)]
    [InlineData("off", StatfsAnswers.Off)]
    public void ReadStatfs_AWord_IsIt(string text, StatfsAnswers answers) => Assert.Equal(answers, SpecialText.ReadStatfs(new SettingValue(text, "--special-statfs")));

    [Fact]
    public void ReadStatfs_SomethingElse_IsRefused() =>
        Assert.Throws<CliException>(() => SpecialText.ReadStatfs(new SettingValue("yes", "--special-statfs")));
}
