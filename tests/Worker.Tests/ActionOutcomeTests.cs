using System.Text;
using VirtualRoot.Testing;

namespace VirtualRoot.Worker.Tests;

public sealed class ActionOutcomeTests(ActionFixture fixture) : IClassFixture<ActionFixture>
{
    [Fact]
    public async Task Exit_EveryCode_IsReported()
    {
        for (int code = 0; code <= 255; code++)
        {
            ActionOutcome outcome = await fixture.RunAsync("probe", "exit", $"{code}");
            Assert.Equal((ActionOutcomeKind.Exited, code, code), (outcome.Kind, outcome.ExitCode, outcome.ShellStatus));
            Assert.Null(outcome.Message);
        }
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Signal_EveryDeadlyOne_IsReportedWithItsWords(ActionNamespaces namespaces)
    {
        int[] harmless = [17, 18, 19, 20, 21, 22, 23, 28, 32, 33];
        for (int signal = 1; signal <= 64; signal++)
        {
            if (harmless.Contains(signal))
            {
                continue;
            }

            ActionOutcome outcome = await fixture.RunAsync(
                fixture.Options("probe", "signal", $"{signal}") with { Namespaces = namespaces, Limits = [new(LimitedResource.Core, 0, 0)] });
            Assert.Equal((ActionOutcomeKind.Signaled, signal, 128 + signal), (outcome.Kind, outcome.Signal, outcome.ShellStatus));
            Assert.False(outcome.CoreDumped);
            Assert.Equal(signal is 2 or 13, outcome.Message is null);
        }
    }

    [Fact]
    public async Task Signal_Terminated_ReadsAsAShellSaysIt()
    {
        Assert.Equal("Terminated", (await fixture.RunAsync("probe", "signal", "15")).Message);
        Assert.Equal("Killed", (await fixture.RunAsync("probe", "signal", "9")).Message);
    }

    [Fact]
    public async Task Abort_WithCoreLimit_TellsCoreDumped()
    {
        ActionOutcome outcome = await fixture.RunAsync(
            fixture.Options("probe", "abort") with { WorkingDirectory = "/tmp", Limits = [new(LimitedResource.Core, null, null)] });
        Assert.Equal(6, outcome.Signal);
        Assert.True(outcome.CoreDumped);
        Assert.Equal("Aborted (core dumped)", outcome.Message);
    }

    [Fact]
    public async Task Usage_OfABusyChild_IsCounted()
    {
        ActionOutcome outcome = await fixture.RunAsync("sh", "-c", "probe burn 3; exit 4");
        Assert.Equal(4, outcome.ExitCode);
        Assert.InRange(outcome.Usage.UserTime, TimeSpan.FromMilliseconds(5), outcome.WallTime + TimeSpan.FromMilliseconds(20));
        Assert.InRange(outcome.Usage.MaximumResidentBytes, 64 << 20, 128 << 20);
        Assert.True(outcome.Usage.MinorFaults > 100);
    }

    [Fact]
    public async Task Timeout_OfAnEndlessCommand_KillsIt()
    {
        ActionOutcome outcome = await fixture.RunAsync(fixture.Options("sh", "-c", "sleep 99 & sleep 98") with { Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal((ActionOutcomeKind.TimedOut, 124), (outcome.Kind, outcome.ShellStatus));
        Assert.Equal("vroot: killed at its time limit of 0.1 s", outcome.Message);
        Assert.InRange(outcome.WallTime, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60));
        Assert.Empty(fixture.Survivors());
    }

    [Fact]
    public async Task Timeout_WithExcludedTime_CountsOnlyTheCommandsOwn()
    {
        ActionOutcome outcome = await fixture.RunAsync(fixture.Options("sh", "-c", "sleep 0.3; exit 3") with
        {
            Timeout = TimeSpan.FromMilliseconds(50),
            ExcludedTime = () => TimeSpan.FromSeconds(10),
        });
        Assert.Equal((ActionOutcomeKind.Exited, 3), (outcome.Kind, outcome.ExitCode));
    }

    [Fact]
    public async Task Kill_OfARunningAction_IsTold()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sleep", "99"));
        process.Kill();
        ActionOutcome outcome = await process.Completion;
        Assert.Equal((ActionOutcomeKind.KilledByDaemon, 137, "Killed"), (outcome.Kind, outcome.ShellStatus, outcome.Message));
        Assert.False(process.Signal(15));
    }

    [Fact]
    public async Task Init_KilledFromOutside_EndsTheActionAsSignaled()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sleep", "99"));
        using (var killer = System.Diagnostics.Process.Start("kill", ["-9", $"{process.InitPid}"]))
        {
            await killer.WaitForExitAsync();
        }

        ActionOutcome outcome = await process.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(137, outcome.ShellStatus);
        await Wait.UntilAsync(() => fixture.Survivors().Count == 0, "all of the action is dead");
    }

    [Fact]
    public async Task Output_Big_IsWhole()
    {
        (ActionOutcome outcome, byte[] output) = await fixture.CaptureAsync(fixture.Options("probe", "spew", "8192"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(32 << 20, output.Length);
        Assert.True(output.AsSpan().IndexOfAnyExcept((byte)'x') < 0);
    }

    [Fact]
    public async Task Stdin_AFile_IsRead()
    {
        string path = Path.Combine(fixture.Base, "input");
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line\n", 100_000)));
        await File.WriteAllBytesAsync(path, input);
        using var stdin = File.OpenHandle(path);
        (_, byte[] output) = await fixture.CaptureAsync(fixture.Options("cat") with { Stdin = stdin });
        Assert.Equal(input, output);
    }
}
