using System.Diagnostics;
using VirtualRoot.Testing;

namespace VirtualRoot.Worker.Tests;

/// <summary>Nothing outlives an action, and no action outlives its daemon.</summary>
public sealed class SurvivalTests(ActionFixture fixture) : IClassFixture<ActionFixture>
{
    [Theory]
    [InlineData(ActionNamespaces.Pid, "daemon", 5)]
    [InlineData(ActionNamespaces.None, "daemon", 5)]
    [InlineData(ActionNamespaces.Pid, "stopped", 6)]
    [InlineData(ActionNamespaces.None, "stopped", 6)]
    public async Task Command_LeavingProcesses_LeavesNone(ActionNamespaces namespaces, string how, int code)
    {
        ActionOutcome outcome = await fixture.RunAsync(fixture.Options("probe", how) with { Namespaces = namespaces });
        Assert.Equal(code, outcome.ExitCode);
        Assert.Empty(fixture.Survivors());
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Kill_OfManyGenerations_LeavesNone(ActionNamespaces namespaces)
    {
        const string Script = "for i in 1 2 3 4 5 6 7 8; do (sleep 99 & sleep 99 & sleep 99) & done; probe daemon; sleep 99";
        ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sh", "-c", Script) with { Namespaces = namespaces });
        await Wait.UntilAsync(() => fixture.Survivors().Count >= 25, "all generations are there");
        await process.DisposeAsync();
        Assert.Empty(fixture.Survivors());
        Assert.Equal(ActionOutcomeKind.KilledByDaemon, (await process.Completion).Kind);
    }

    [Fact]
    public async Task Orphans_ThatExit_AreReaped()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("probe", "orphans", "200") with { Stdout = null });
        string children = $"/proc/{process.InitPid}/task/{process.InitPid}/children";
        int highest = 0;
        await Wait.UntilAsync(
            () =>
            {
                int count = File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
                highest = Math.Max(highest, count);
                return count == 1 && fixture.Survivors().Count == 1;
            },
            "the command alone is left");
        Assert.True(highest >= 1);
    }

    [Fact]
    public async Task Init_OfARunningAction_HoldsNothingOfTheRoot()
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sleep", "99"));
        await Wait.UntilAsync(() => fixture.Survivors().Count == 1, "the command is there");
        string of = $"/proc/{process.InitPid}/";
        Assert.Equal("/", Directory.ResolveLinkTarget(of + "cwd", false)!.FullName);
        Assert.Equal("/", Directory.ResolveLinkTarget(of + "root", false)!.FullName);
        string Kinds() => string.Join(' ', Directory.GetFileSystemEntries(of + "fd").Select(fd => new FileInfo(fd).LinkTarget?.Split(':')[0]).Order());
        // The command may run before its init has closed what is the command's.
        await Wait.ForAsync(() => Task.FromResult(Kinds()), static kinds => kinds == "anon_inode anon_inode pipe pipe", static kinds => $"it holds {kinds}");
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Daemon_KilledBySigkill_TakesTheActionAlong(ActionNamespaces namespaces)
    {
        string report = Path.Combine(fixture.Base, $"report-{Guid.NewGuid()}");
        using var driver = Process.Start(fixture.Driver(report, namespaces, [], "sh", "-c", "probe daemon; sleep 99 & sleep 99"))!;
        await Wait.UntilAsync(() => fixture.Survivors().Count >= 3, "the command and its children are there");
        driver.Kill();
        await Wait.UntilAsync(() => fixture.Survivors().Count == 0, "all of the action is dead"); // long before the commands' own end
        Assert.False(File.Exists(report));
    }

    [Fact]
    public async Task Launcher_Disposed_EndsItsActions()
    {
        var launcher = new ActionLauncher(fixture.InitPath);
        ActionProcess process = await launcher.StartAsync(fixture.Options("sleep", "99"));
        launcher.Dispose();
        Assert.True(process.Completion.IsCompleted || (await process.Completion).ShellStatus == 137);
        Assert.Empty(fixture.Survivors());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => launcher.StartAsync(fixture.Options("true")));
    }

    [Fact]
    public async Task Start_Cancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        ActionOptions options = fixture.Options("sleep", "99") with { InitStarted = _ => cancelled.Cancel() };
        await Assert.ThrowsAsync<OperationCanceledException>(() => fixture.Launcher.StartAsync(options, cancelled.Token));
        Assert.Empty(fixture.Survivors());
    }

    [Fact]
    public async Task InitStarted_ThatThrows_FailsTheStartAlone()
    {
        ActionOptions options = fixture.Options("sleep", "99") with { InitStarted = _ => throw new InvalidOperationException("no") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Launcher.StartAsync(options));
        Assert.Equal(0, (await fixture.RunAsync("true")).ExitCode);
        Assert.Empty(fixture.Survivors());
    }

    [Fact]
    public async Task Spawns_AThousand_LeakNothing()
    {
        await RunManyAsync(50);
        (int descriptors, int threads) = (Count("fd"), Count("task"));
        await RunManyAsync(1000);
        Assert.InRange(Count("fd"), 0, descriptors + 4);
        Assert.InRange(Count("task"), 0, threads + 32); // the thread pool comes and goes
        Assert.Empty(fixture.Survivors());
        Assert.Empty(Directory.GetDirectories("/proc/self/task").SelectMany(ChildrenOf));
    }

    // The spawning thread is the only one that may have any.
    private static string[] ChildrenOf(string thread)
    {
        try
        {
            return File.ReadAllText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return []; // a thread of the pool that has just ended; the spawning thread does not end
        }
    }

    private static int Count(string what) => Directory.GetFileSystemEntries("/proc/self/" + what).Length;

    private async Task RunManyAsync(int count)
    {
        for (int i = 0; i < count; i += 10)
        {
            ActionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => fixture.RunAsync("probe", "exit", $"{n}")));
            Assert.Equal(Enumerable.Range(0, 10), outcomes.Select(outcome => outcome.ExitCode));
        }
    }
}
