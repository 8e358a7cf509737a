using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>The daemon is killed with eight actions running, and started again on the same directories.</summary>
[Collection(ServeCollection.Name)]
public sealed class DeathTests
{
    private const int Actions = 8;

    // What each has when the daemon dies: children, grandchildren in sessions of their own, deaf ones, writes under way, a read of /proc.
    private static readonly string[] s_scripts =
    [
        "sleep 9999",
        "sleep 9999 & sleep 9999 & wait",
        "busybox setsid sleep 9999 & sleep 9999",
        "(busybox setsid busybox sh -c '(busybox setsid sleep 9999 &); sleep 9999' &); sleep 9999",
        "trap '' HUP INT QUIT TERM; while :; do sleep 1; done",
        "while :; do echo more >> written; busybox cp written copy; sleep 0.1; done",
        "while :; do cat /proc/self/status /proc/[0-9]*/cmdline > /dev/null; sleep 0.1; done",
        "busybox mkfifo pipe; (busybox sh -c 'cat < pipe' &); (kill -STOP $$); sleep 9999",
    ];

    [NeedsFuseTheory("/bin/busybox")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sigkill_WithEightActionsRunning_NothingOfThemIsLeftAndTheBuildDirectoryWorks(bool isOrdinaryUser)
    {
        string mark = $"death-{Guid.NewGuid():N}";
        using FuseDeviceForAll device = new();
        string[] options = ["--slots", $"{Actions}"];
        await using ServedWorker worker = isOrdinaryUser ? ServedWorker.StartAs(PublishedTool.OrdinaryUid, options) : ServedWorker.Start(options);
        DaemonState fresh = DaemonState.Of(worker, mark);
        (AsyncServerStreamingCall<Protos.Operation> Call, string Name)[] running = await StartAsync(worker, mark);
        IReadOnlyList<string> processes = ProcessTree.Below(worker.ProcessId);
        Assert.True(processes.Count >= 2 * Actions, string.Join('\n', processes)); // a vroot-init and a command each

        worker.Kill();
        worker.WaitForExit();
        foreach ((AsyncServerStreamingCall<Protos.Operation> call, _) in running)
        {
            RpcException end = await Assert.ThrowsAsync<RpcException>(() => ServedWorker.EndAsync(call));
            Assert.Equal(StatusCode.Unavailable, end.StatusCode); // what makes Bazel try again
            call.Dispose();
        }

        await using ServedWorker next = worker.StartAgain(options);
        await GoneAsync(() => [.. ProcessTree.Left(processes), .. ProcessTable.Find(mark)]);
        DaemonState begun = DaemonState.Of(next, mark);
        Assert.Equal((fresh.Mounts.Count, fresh.Files.Count), (begun.Mounts.Count, begun.Files.Count));
        Assert.Equal(isOrdinaryUser ? 0 : 1, MountTable.Below(worker.Directory.Path).Count); // an ordinary user's is in a namespace of its own

        Digest[] actions = [.. Enumerable.Range(0, 2 * Actions).Select(number => BusyboxRoot.Action(next, $"echo {number} > o; cat o", command => command.OutputPaths.Add("o")))];
        Protos.ExecuteResponse[] responses = await Task.WhenAll(actions.Select(next.RunAsync));
        Assert.Equal(Enumerable.Range(0, 2 * Actions).Select(static number => $"{number}\n"), responses.Select(static response => response.Result.StdoutRaw.ToStringUtf8()));
        await GoneAsync(() => DaemonState.Of(next, mark).Files.Count > fresh.Files.Count ? DaemonState.Of(next, mark).Files : []);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => next.WaitAsync(running[0].Name))).StatusCode);
    }

    private static async Task<(AsyncServerStreamingCall<Protos.Operation> Call, string Name)[]> StartAsync(ServedWorker worker, string mark)
    {
        List<(AsyncServerStreamingCall<Protos.Operation> Call, string Name)> running = [];
        foreach (string script in s_scripts)
        {
            AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(
                worker, script, command => command.EnvironmentVariables.Insert(0, new Protos.Command.Types.EnvironmentVariable { Name = "MARK", Value = mark })));
            running.Add((call, await ServedWorker.RunningAsync(call)));
        }

        // Every command, and every child that stays.
        await Wait.ForAsync(() => Task.FromResult(ProcessTable.Find(mark)), static processes => processes.Count >= 14, static processes => string.Join('\n', processes));
        return [.. running];
    }

    private static Task<IReadOnlyList<string>> GoneAsync(Func<IReadOnlyList<string>> left) =>
        Wait.ForAsync(() => Task.FromResult(left()), static left => left.Count == 0, static left => $"left behind: {string.Join('\n', left)}");
}
