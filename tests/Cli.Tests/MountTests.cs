using VirtualRoot.Cli.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Cli.Tests;

[Collection(ToolCollection.Name)]
public sealed class MountTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly Tool _tool;
    private readonly string _home;
    private readonly string _digest;
    private readonly string _point;

    public MountTests(Tool tool)
    {
        _tool = tool;
        _home = tool.NewHome();
        _digest = tool.Run(_home, "push", SmallTree.Create(tool.Files, Path.GetFileName(_home) + "-tree")).Expect().Output.TrimEnd('\n');
        _point = Directory.CreateDirectory(Path.Combine(_home, "mnt")).FullName;
    }

    public void Dispose() => Assert.Empty(MountTable.Below(_home));

    [NeedsFuseFact]
    public void Mount_Foreground_EndsByUnmount()
    {
        using ChildProcess daemon = ChildProcess.Start(_tool.Command(_home, "mount", "--owner", "1234:4321", _digest, _point));
        daemon.WaitForOutput(_point + "\n", s_limit);
        Assert.Equal("hello\n", Cat("etc/motd"));
        Assert.Equal("1234:4321\n", ChildProcess.Run(new ProcessCommand("/usr/bin/stat", ["-c", "%u:%g", Path.Combine(_point, "etc/motd")]), s_limit).Output);
        _tool.Run(_home, "unmount", _point).Expect();
        daemon.WaitForExit(s_limit).Expect();
    }

    [NeedsFuseFact]
    public void Mount_Background_ReturnsWhenReadyAndHoldsNoTerminal()
    {
        string log = Path.Combine(_home, "log");

        // ChildProcess waits for the end of its output: the daemon must have let go of it.
        ProcessOutcome outcome = _tool.Run(_home, "mount", "--background", "--log-file", log, "--special", "off", _digest, _point).Expect();
        Assert.Equal(_point + "\n", outcome.Output);
        Assert.Equal("hello\n", Cat("etc/motd"));
        Assert.True(File.Exists(log));
        _tool.Run(_home, "unmount", _point).Expect();
        Assert.Empty(ProcessTable.FindAfter(_point, TimeSpan.FromSeconds(60)));
    }

    [NeedsFuseFact]
    public void Mount_BackgroundThatFails_TellsTheCallerWhy()
    {
        ProcessOutcome outcome = _tool.Run(_home, "mount", "--background", new string('a', 64) + "/17", _point);
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains(new string('a', 64), outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Mount_Signal_UnmountsAndTellsIt()
    {
        using ChildProcess daemon = ChildProcess.Start(_tool.Command(_home, "mount", _digest, _point));
        daemon.WaitForOutput(_point, s_limit);
        daemon.Signal(15);
        Assert.Equal(143, daemon.WaitForExit(s_limit).ExitCode);
    }

    [NeedsFuseFact]
    public void Mount_AfterADaemonWasKilled_TakesTheDirectoryOver()
    {
        using (ChildProcess daemon = ChildProcess.Start(_tool.Command(_home, "mount", _digest, _point)))
        {
            daemon.WaitForOutput(_point, s_limit);
            daemon.Signal(9);
            daemon.WaitForExit(s_limit);
        }

        Assert.Single(MountTable.Below(_home));
        _tool.Run(_home, "mount", "--background", _digest, _point).Expect();
        Assert.Single(MountTable.Below(_home));
        Assert.Equal("hello\n", Cat("etc/motd"));
        _tool.Run(_home, "unmount", _point).Expect();
    }

    [NeedsFuseFact]
    public void Unmount_InUse_SaysSoAndIsLazyWhenAsked()
    {
        _tool.Run(_home, "mount", "--background", _digest, _point).Expect();
        using ChildProcess user = ChildProcess.Start(new ProcessCommand("/usr/bin/sleep", ["60"]) { WorkingDirectory = Path.Combine(_point, "etc") });
        ProcessOutcome busy = _tool.Run(_home, "unmount", _point);
        Assert.Equal(125, busy.ExitCode);
        Assert.Contains("--lazy", busy.Error, StringComparison.Ordinal);
        _tool.Run(_home, "unmount", "--lazy", _point).Expect();
    }

    [NeedsFuseTheory]
    [InlineData("/proc")]
    [InlineData("/usr/bin")]
    public void Unmount_NotOurs_IsRefused(string directory)
    {
        ProcessOutcome outcome = _tool.Run(_home, "unmount", directory);
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains(directory, outcome.Error, StringComparison.Ordinal);
    }

    private string Cat(string path) => ChildProcess.Run(new ProcessCommand("/usr/bin/cat", [Path.Combine(_point, path)]), s_limit).Expect().Output;
}
