using System.Diagnostics;
using System.Globalization;
using VirtualRoot.Testing;

namespace VirtualRoot.Worker.Tests;

/// <summary>The process that answers statfs: there from the first call on, and no longer than the action and the daemon.</summary>
public sealed class AnswererTests(ActionFixture fixture) : IClassFixture<ActionFixture>
{
    private const string AsksOnce = "busybox stat -f / > /dev/null && sleep 99";

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Answerer_OfAnActionThatAsksNothing_IsNoProcess(ActionNamespaces namespaces)
    {
        await using ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sleep", "99") with { Namespaces = namespaces, Special = SpecialSupport.Answers });
        await Wait.UntilAsync(() => fixture.Survivors().Count == 1, "the command alone is there");
        Assert.Single(ChildrenOf(OuterOf(fixture.Survivors()[0], namespaces)));
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Answerer_OfAnActionThatAsked_EndsWithIt(ActionNamespaces namespaces)
    {
        ActionProcess process = await fixture.Launcher.StartAsync(fixture.Options("sh", "-c", AsksOnce) with { Namespaces = namespaces, Special = SpecialSupport.Answers });
        int[] beside = await WaitForAnswererAsync(namespaces);
        await process.DisposeAsync();
        Assert.DoesNotContain(beside, Exists);
        Assert.Equal(0, (await process.Completion).Special.Statfs is { } statfs ? (int)statfs : -1);
    }

    [Theory]
    [InlineData(ActionNamespaces.Pid)]
    [InlineData(ActionNamespaces.None)]
    public async Task Daemon_KilledBySigkill_TakesTheAnswererAlong(ActionNamespaces namespaces)
    {
        ProcessStartInfo start = fixture.Driver(Path.Combine(fixture.Base, $"report-{Guid.NewGuid()}"), namespaces, [], "sh", "-c", AsksOnce);
        start.Environment[Program.SpecialVariable] = nameof(SpecialSupport.Answers);
        using var driver = Process.Start(start)!;
        int[] beside = await WaitForAnswererAsync(namespaces);
        driver.Kill();
        await Wait.UntilAsync(() => !beside.Any(Exists), "the answerer is gone");
        Assert.Empty(fixture.Survivors());
    }

    // All children of the outer process, the answerer among them.
    private async Task<int[]> WaitForAnswererAsync(ActionNamespaces namespaces)
    {
        int[] found = [];
        await Wait.UntilAsync(
            () => fixture.Survivors() is [int command, ..] && (found = ChildrenOf(OuterOf(command, namespaces))).Length == 2, "an answerer is beside the command");
        return found;
    }

    // The shell's child may be a survivor, too: the outer process is above the topmost one, and above the inner one.
    private int OuterOf(int command, ActionNamespaces namespaces)
    {
        int above = command;
        while (fixture.Survivors().Contains(above))
        {
            above = ParentOf(above);
        }

        return namespaces == ActionNamespaces.Pid ? ParentOf(above) : above;
    }

    private static int ParentOf(int pid)
    {
        string path = $"/proc/{pid}/status";
        return File.Exists(path)
            ? int.Parse(File.ReadLines(path).First(static line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..], CultureInfo.InvariantCulture)
            : 0;
    }

    private static int[] ChildrenOf(int pid)
    {
        string path = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(path)
            ? [.. File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static text => int.Parse(text, CultureInfo.InvariantCulture))]
            : [];
    }

    private static bool Exists(int pid) => Directory.Exists($"/proc/{pid}");
}
