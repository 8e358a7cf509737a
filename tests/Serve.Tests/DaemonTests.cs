using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>The daemon itself: its start, its end, and its death.</summary>
[Collection(ServeCollection.Name)]
public sealed class DaemonTests
{
    private const int TerminatedStatus = 143;

    [NeedsFuseFact("/bin/busybox")]
    public async Task Sigterm_RunningActionsEnd_ThenItUnmountsAndExits()
    {
        await using ServedWorker worker = ServedWorker.Start();
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 5; echo done"));
        await ServedWorker.RunningAsync(call);
        worker.Terminate();
        Protos.ExecuteResponse response = await ServedWorker.EndAsync(call);
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal("done\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal(TerminatedStatus, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        Assert.Empty(MountTable.Below(worker.Directory.Path));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Sigterm_Twice_CancelsWhatRuns()
    {
        await using ServedWorker worker = ServedWorker.Start();
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        await ServedWorker.RunningAsync(call);
        worker.Terminate();
        await RefusesAsync(worker);
        worker.Terminate();
        Protos.ExecuteResponse response = await ServedWorker.EndAsync(call);
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal((int)StatusCode.Unavailable, response.Status.Code);
        Assert.Equal(TerminatedStatus, outcome.ExitCode);
        Assert.Empty(MountTable.Below(worker.Directory.Path));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Sigkill_WithAnActionRunning_TheNextOneWorksAndNothingOfTheOldRuns()
    {
        await using ServedWorker worker = ServedWorker.Start();
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 76543"));
        await ServedWorker.RunningAsync(call);
        worker.Kill();
        worker.WaitForExit();
        await using ServedWorker next = worker.StartAgain();
        Protos.ExecuteResponse response = await next.RunAsync(BusyboxRoot.Action(next, "echo again"));

        Assert.Equal("again\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Single(MountTable.Below(worker.Directory.Path));
        await Wait.UntilAsync(() => !IsRunning("sleep\0" + "76543\0"), "the old action is dead");
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task SecondDaemon_OnTheSameBuildDirectory_IsRefused()
    {
        await using ServedWorker worker = ServedWorker.Start();
        ProcessOutcome second = ChildProcess.Run(
            ServedWorker.Command(worker.Directory, "--cas", "embedded"), ServedWorker.Patience);

        Assert.Equal(125, second.ExitCode);
        Assert.Contains(worker.BuildDirectory, second.Error, StringComparison.Ordinal);
        Assert.Equal("still\n", (await worker.RunAsync(BusyboxRoot.Action(worker, "echo still"))).Result.StdoutRaw.ToStringUtf8());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Quota_Reached_IsTheActionsOwnNoSpaceAndIsTold()
    {
        await using ServedWorker worker = ServedWorker.Start("--quota-bytes", "1M");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "dd if=/dev/zero of=big bs=1024 count=3000"));

        Assert.Equal((0, 1), (response.Status.Code, response.Result.ExitCode));
        Assert.Contains("No space left on device", response.Result.StderrRaw.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Contains("--quota-bytes", response.Message, StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task OrdinaryUser_RunsActionsInAUserNamespace()
    {
        using FuseDeviceForAll device = new();
        await using ServedWorker worker = ServedWorker.StartAs(PublishedTool.OrdinaryUid);
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(
            worker, "id -u; readlink /proc/self/exe; echo x > o; test ! -e /etc/passwd", command => command.OutputPaths.Add("o")));

        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        Assert.Equal("0\n/bin/busybox\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Single(response.Result.OutputFiles);
    }

    [NeedsFuseTheory]
    [InlineData("--slots", "0")]
    [InlineData("--slots", "many")]
    [InlineData("--network", "perhaps")]
    [InlineData("--unknown-properties", "some")]
    [InlineData("--action-user", "nobody")]
    [InlineData("--default-timeout", "soon")]
    [InlineData("--max-timeout", "60d")]
    [InlineData("--max-timeout", "30m", "--default-timeout", "1h")]
    [InlineData("--default-timeout", "30h")]
    [InlineData("--listen", "nowhere at all")]
    public void Options_ThatMeanNothing_AreUsageErrors_BeforeAnythingIsMounted(params string[] options)
    {
        using TestDirectory directory = new();
        ProcessOutcome outcome = ChildProcess.Run(ServedWorker.Command(directory, ["--log-level", "info", .. options]), ServedWorker.Patience);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')); // the fault, and no word of a mount
        Assert.Empty(MountTable.Below(directory.Path));
    }

    private static async Task RefusesAsync(ServedWorker worker)
    {
        Digest action = DigestHasher.Compute(DigestFunction.Sha256, "nothing"u8);
        await Wait.ForAsync(
            async () =>
            {
                using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(action);
                return (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default).WaitAsync(ServedWorker.Patience))).StatusCode;
            },
            static status => status == StatusCode.Unavailable,
            static status => $"the first signal is noticed; it still answers {status}");
    }

    private static bool IsRunning(string commandLine) => Directory.GetDirectories("/proc").Where(static path => char.IsAsciiDigit(path[^1])).Any(path =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "cmdline")) == commandLine;
        }
        catch (IOException)
        {
            return false; // it ended meanwhile
        }
    });
}
