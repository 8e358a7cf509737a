using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

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
            Assert.True(await Eventually.IsTrueAsync(() => new FileInfo(path).Length > 0, TimeSpan.FromSeconds(5)));
            Assert.True(process.Signal(signal));
            ActionOutcome outcome = await process.Completion.WaitAsync(TimeSpan.FromSeconds(5));
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
    public async Task Signal_StopAndContinue_TheCommandGoesOn()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("probe", "wait") with { Stdout = s_nowhere });
        Assert.True(await Eventually.IsTrueAsync(() => fixture.Survivors().Count == 1, TimeSpan.FromSeconds(5)));
        string status = $"/proc/{fixture.Survivors().Single()}/status";
        Assert.True(process.Signal(20));
        Assert.True(await Eventually.IsTrueAsync(() => File.ReadAllText(status).Contains("State:\tT", StringComparison.Ordinal), TimeSpan.FromSeconds(5)));
        Assert.True(process.Signal(18));
        Assert.True(await Eventually.IsTrueAsync(() => File.ReadAllText(status).Contains("State:\tS", StringComparison.Ordinal), TimeSpan.FromSeconds(5)));
        Assert.False(process.Completion.IsCompleted);
    }

    [Fact]
    public async Task Daemon_SignalledFromOutside_PassesItOnAndSurvives()
    {
        using var driver = Process.Start(fixture.Driver(Path.Combine(fixture.Base, "report-term"), ActionNamespaces.Pid, ["setsid"], "sh", "-c", Trap + "TERM; echo ready; while :; do sleep 0.01; done"))!;
        Assert.Equal("ready", await driver.StandardOutput.ReadLineAsync());
        using (Process.Start("kill", ["-TERM", $"{driver.Id}"]))
        {
            await driver.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token);
        }

        Assert.Equal(7, driver.ExitCode);
        Assert.StartsWith("got ", await driver.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminal_ControlC_ReachesTheCommandOnce()
    {
        string report = Path.Combine(fixture.Base, "report-tty");
        string command = string.Join(' ', fixture.Driver(report, ActionNamespaces.Pid, [], "sh", "-c",
            "\"n=0; trap 'n=\\$((n+1))' INT; echo ready; i=0; while [ \\$i -lt 30 ]; do sleep 0.02; i=\\$((i+1)); done; exit \\$n\"").ArgumentList.Prepend("dotnet"));
        var start = new ProcessStartInfo("script", ["-qefc", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var script = Process.Start(start)!;
        Assert.Equal("ready", (await script.StandardOutput.ReadLineAsync())?.Trim());
        await script.StandardInput.WriteAsync('\x03');
        await script.StandardInput.FlushAsync();
        Assert.True(await Eventually.IsTrueAsync(() => File.Exists(report) && new FileInfo(report).Length > 0, TimeSpan.FromSeconds(10)));
        Assert.Equal("Exited 1 ", await File.ReadAllTextAsync(report));
        await script.WaitForExitAsync();
    }
}
