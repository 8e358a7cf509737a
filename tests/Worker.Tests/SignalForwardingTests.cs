using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Testing;

namespace VirtualRoot.Worker.Tests;

public sealed class SignalForwardingTests(ActionFixture fixture) : IClassFixture<ActionFixture>
{
    private const string Trap = "trap 'echo got $$; exit 7' ";
    private static readonly SafeFileHandle s_nowhere = File.OpenHandle("/dev/null", access: FileAccess.Write);

    [Theory]
    [InlineData(ActionNamespaces.Pid, false)]
    [InlineData(ActionNamespaces.Pid, true)]
    [InlineData(ActionNamespaces.None, false)]
    public async Task Signal_ToTheAction_ReachesTheCommand(ActionNamespaces namespaces, bool session)
    {
        foreach (int signal in new[] { 1, 2, 3, 10, 12, 15, 28, 34, 64 })
        {
            string path = Path.Combine(fixture.Base, "ready-" + Guid.NewGuid());
            using var output = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            await using ActionProcess process = await fixture.Launcher.StartAsync(
                fixture.Options("sh", "-c", Trap + signal.ToString(CultureInfo.InvariantCulture) + "; echo ready; while :; do sleep 0.01; done") with
                {
                    Namespaces = namespaces,
                    NewSession = session,
                    Stdout = output,
                });
            await Wait.UntilAsync(() => new FileInfo(path).Length > 0, "the command is ready");
            Assert.True(process.Signal(signal));
            ActionOutcome outcome = await process.Completion.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal((signal, 7), (signal, outcome.ExitCode));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(19)]
    [InlineData(65)]
    public async Task Signal_ThatCannotBeForwarded_IsRefused(int signal)
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sleep", "99"));
        Assert.Throws<ArgumentOutOfRangeException>(() => process.Signal(signal));
    }

    [Fact]
    public async Task Signal_ContinueOfAStoppedCommand_ItGoesOn()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("probe", "wait") with { Stdout = s_nowhere });
        await Wait.UntilAsync(() => fixture.Survivors().Count == 1, "the command is there");
        int command = fixture.Survivors().Single();
        string status = $"/proc/{command}/status";

        // Not SIGTSTP, which the kernel drops in an orphaned process group, as that of a test host may be.
        Assert.Equal(0, Syscall.Kill(command, 19));
        await Wait.UntilAsync(() => File.ReadAllText(status).Contains("State:\tT", StringComparison.Ordinal), "it is stopped");
        Assert.True(process.Signal(18));
        await Wait.UntilAsync(() => File.ReadAllText(status).Contains("State:\tS", StringComparison.Ordinal), "it goes on");
        Assert.False(process.Completion.IsCompleted);
    }

    [Fact]
    public async Task Daemon_SignalledFromOutside_PassesItOnAndSurvives()
    {
        using var driver = Process.Start(fixture.Driver(Path.Combine(fixture.Base, "report-term"), ActionNamespaces.Pid, ["setsid"], "sh", "-c", Trap + "TERM; echo ready; while :; do sleep 0.01; done"))!;
        Assert.Equal("ready", await driver.StandardOutput.ReadLineAsync());
        using (Process.Start("kill", ["-TERM", $"{driver.Id}"]))
        {
            await driver.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        }

        Assert.Equal(7, driver.ExitCode);
        Assert.StartsWith("got ", await driver.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_KilledWithSomethingStopped_DoesNotHangUpTheCallersGroup()
    {
        // As in a CI job: no terminal, and nobody outside the caller's process group who could continue what is stopped in it.
        // Were init the one who could, its end would orphan the group: SIGHUP to all of it (kill_orphaned_pgrp in the kernel).
        string report = Path.Combine(fixture.Base, "report-orphaned");
        string[] job = ["setsid", "--wait", "sh", "-c", "\"$@\"; echo survived $?", "sh"];
        string[] command = ["sh", "-c", "(sleep 97 & kill -STOP $!); echo stopped; exec sleep 98"];
        using var driver = Process.Start(fixture.Driver(report, ActionNamespaces.None, job, command))!;
        Assert.Equal("stopped", await driver.StandardOutput.ReadLineAsync());
        int stopped = 0;
        bool IsStopped(int pid) => File.ReadAllText($"/proc/{pid}/status").Contains("State:\tT", StringComparison.Ordinal);
        await Wait.UntilAsync(() => (stopped = fixture.Survivors().SingleOrDefault(IsStopped)) != 0, "one is stopped");
        string init = File.ReadLines($"/proc/{stopped}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[6..];
        Assert.Equal("vroot-init\n", File.ReadAllText($"/proc/{init}/comm"));
        using (Process.Start("kill", ["-9", init]))
        {
            Assert.Equal("survived 137", await driver.StandardOutput.ReadLineAsync());
        }

        // Nobody kills what an init without a PID namespace leaves when it is killed itself.
        using var killer = Process.Start("kill", ["-9", $"{stopped}"]);
        await driver.WaitForExitAsync();
        Assert.Equal(0, driver.ExitCode);
    }

    [Fact]
    public async Task Terminal_ControlZ_StopsAndTheShellContinues()
    {
        string report = Path.Combine(fixture.Base, "report-job");
        ProcessStartInfo driver = fixture.Driver(report, ActionNamespaces.Pid, [], "sh", "-c", "echo re\\ady; read line; echo got $line; exit 5");
        string job = string.Join(' ', driver.ArgumentList.Prepend("dotnet").Select(argument => $"'{argument}'"));
        var start = new ProcessStartInfo("script", ["-qefc", "bash --norc -i", "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PS1"] = "";
        using var script = Process.Start(start)!;
        async Task TypeAsync(string text)
        {
            await script.StandardInput.WriteAsync(text);
            await script.StandardInput.FlushAsync();
        }

        async Task WaitForAsync(string text)
        {
            string? line;
            do
            {
                line = await script.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
                Assert.NotNull(line);
            }
            while (!line.Contains(text, StringComparison.Ordinal));
        }

        await TypeAsync(job + "\n");
        await WaitForAsync("ready");
        await TypeAsync("\x1a");
        await WaitForAsync("Stopped");
        await TypeAsync("echo sh''ell; fg\n");
        await WaitForAsync("shell");
        await TypeAsync("hello\n");
        await WaitForAsync("got hello");
        await TypeAsync("exit\n");
        await script.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.Equal("Exited 5 ", await File.ReadAllTextAsync(report));
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid, "started")]
    [InlineData(ActionNamespaces.Pid, "attached")]
    [InlineData(ActionNamespaces.None, "started")]
    public async Task Terminal_ControlC_ReachesTheCommandOnce(ActionNamespaces namespaces, string moment)
    {
        // The driver sends SIGUSR1 when it has passed on whatever it passes on: that comes after all SIGINTs.
        const string Counting = "n=0; trap 'n=$((n+1))' INT; trap 'exit $n' USR1; echo ready; while :; do sleep 0.02; done";
        (ProcessStartInfo start, string report) = OnATerminal(namespaces, moment, "sh", "-c", Counting);
        using var script = Process.Start(start)!;
        await ReadUntilAsync(script, "ready", moment);

        await script.StandardInput.WriteAsync('\x03');
        await script.StandardInput.FlushAsync();

        await script.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.Equal("Exited 1 ", await File.ReadAllTextAsync(report));
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Terminal_ControlCBeforeTheCommandExists_EndsIt(ActionNamespaces namespaces)
    {
        (ProcessStartInfo start, string report) = OnATerminal(namespaces, "held", "sh", "-c", "trap 'exit 3' USR1; while :; do sleep 0.02; done");
        using var script = Process.Start(start)!;
        await ReadUntilAsync(script, "held");

        await script.StandardInput.WriteAsync('\x03');
        await script.StandardInput.FlushAsync();

        await script.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.Equal("Signaled 130 ", await File.ReadAllTextAsync(report));
    }

    private (ProcessStartInfo Start, string Report) OnATerminal(ActionNamespaces namespaces, string moment, params string[] command)
    {
        string report = Path.Combine(fixture.Base, $"report-{Guid.NewGuid()}");
        ProcessStartInfo driver = fixture.Driver(report, namespaces, [], command);
        string line = string.Join(' ', driver.ArgumentList.Prepend("dotnet").Select(argument => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        var start = new ProcessStartInfo("script", ["-qefc", "exec " + line, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Program.WaitsVariable] = moment;
        return (start, report);
    }

    // In any order; .NET sets the terminal up in between.
    private static async Task ReadUntilAsync(Process script, params string[] lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        HashSet<string> awaited = [.. lines];
        while (awaited.Count > 0)
        {
            string? line = await script.StandardOutput.ReadLineAsync(limit.Token);
            Assert.NotNull(line);
            awaited.RemoveWhere(line.Contains);
        }
    }
}
