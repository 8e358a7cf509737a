using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>The end that somebody asks for: what runs may end, what waits is given up, and a limit on both.</summary>
[Collection(ServeCollection.Name)]
public sealed class ShutdownTests
{
    private const int TerminatedStatus = 143;

    [NeedsFuseFact("/bin/busybox")]
    public async Task DrainTimeout_Over_CancelsWhatRuns_AndSaysSo()
    {
        await using ServedWorker worker = ServedWorker.Start("--drain-timeout", "1s");
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        await ServedWorker.RunningAsync(call);
        worker.Terminate();
        Protos.ExecuteResponse response = await ServedWorker.EndAsync(call);
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal((int)StatusCode.Unavailable, response.Status.Code);
        Assert.Equal(TerminatedStatus, outcome.ExitCode);
        Assert.Contains("--drain-timeout", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(MountTable.Below(worker.Directory.Path));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Sigterm_WithAQueue_GivesUpWhatWaitsAndEndsWhatRuns()
    {
        await using ServedWorker worker = ServedWorker.Start("--slots", "1", "--status-listen", "127.0.0.1:0", "--drain-timeout", "10m");
        using StatusClient client = new(worker);
        using AsyncServerStreamingCall<Protos.Operation> running = worker.Execute(BusyboxRoot.Action(worker, "until test -e /go; do sleep 0.1; done; echo done"));
        await ServedWorker.RunningAsync(running);
        using AsyncServerStreamingCall<Protos.Operation> queued = worker.Execute(BusyboxRoot.Action(worker, "echo never"));
        await client.StatusWhenAsync(static status => (int)status["queued"]! == 1);
        worker.Terminate();
        Protos.ExecuteResponse givenUp = await ServedWorker.EndAsync(queued);
        File.Create(Path.Combine(worker.OnlyRoot, "go")).Dispose();
        Protos.ExecuteResponse done = await ServedWorker.EndAsync(running);
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal((int)StatusCode.Unavailable, givenUp.Status.Code);
        Assert.Equal("done\n", done.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal(TerminatedStatus, outcome.ExitCode);
        Assert.Empty(outcome.Error);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Sigkill_TheNextDaemonSweepsRootsScratchAndMounts()
    {
        await using ServedWorker worker = ServedWorker.Start();
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "echo written > /tmp/file; sleep 1000"));
        await ServedWorker.RunningAsync(call);
        await worker.FileAsync("tmp/file");
        string[] left = Scratch(worker);
        worker.Kill();
        worker.WaitForExit();
        await using ServedWorker next = worker.StartAgain();
        Protos.ExecuteResponse response = await next.RunAsync(BusyboxRoot.Action(next, "echo again"));
        string[] own = Scratch(next);
        next.Terminate();
        next.WaitForExit();

        Assert.Single(left);
        Assert.Equal("again\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Single(own); // its own alone
        Assert.NotEqual(left, own);
        Assert.Empty(Scratch(next));
        Assert.Empty(MountTable.Below(worker.Directory.Path));
        Assert.Empty(Directory.GetFileSystemEntries(worker.BuildDirectory));
    }

    private static string[] Scratch(ServedWorker worker) =>
        [.. Directory.GetDirectories(worker.Directory["cache/scratch"]).Order()];
}
