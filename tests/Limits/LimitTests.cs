using VirtualRoot.Grpc;
using VirtualRoot.Serve.Tests;
using VirtualRoot.Serve.Tests.Operations;
using Xunit.Abstractions;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Limits;

/// <summary>That an action's cgroup holds it to its limits. Where the hierarchy of version 2 lacks the controllers these tests fail:
/// eng/kernel runs them in a guest that has them.</summary>
public sealed class LimitTests(ITestOutputHelper output)
{
    private const long Memory = 64 << 20;

    // Busybox's dd has a buffer of so much, and /dev/zero fills it.
    private const string TakeTooMuch = "dd if=/dev/zero of=/dev/null bs=300M count=1";

    [Fact]
    public async Task Memory_BeyondIt_TheActionIsKilledWholeAndToldWhy_AndAnotherGoesOn()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path, "--memory", "64M", "--slots", "2");
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 20; echo went on"));
        await ServedWorker.RunningAsync(call);
        Assert.Equal($"{Memory}\n", cgroup.Read("vroot-action-1/memory.max"));

        Protos.ExecuteResponse killed = await worker.RunAsync(BusyboxRoot.Action(worker, $"sleep 1000 & {TakeTooMuch}; echo the shell lives; sleep 1000"));

        Assert.Equal(0, killed.Status?.Code ?? 0);
        Assert.Equal(137, killed.Result.ExitCode);
        Assert.Empty(killed.Result.StdoutRaw.ToStringUtf8());
        Assert.Contains("out of memory", killed.Message, StringComparison.Ordinal);
        Protos.CgroupUsage usage = UsageOf(killed);
        Assert.True(usage.OutOfMemoryKills > 0, usage.ToString());
        Assert.InRange(usage.PeakMemoryBytes, Memory * 9 / 10, Memory); // memory.peak: Linux 5.19
        Protos.ExecuteResponse other = await ServedWorker.EndAsync(call);
        Assert.Equal("went on\n", other.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal(0, UsageOf(other).OutOfMemoryKills);
        Assert.Empty(cgroup.Children);
    }

    [Fact]
    public async Task Memory_FilesLargerThanIt_AreWrittenAndRead()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path, "--memory", "64M");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(
            worker, "dd if=/dev/zero of=/large bs=1M count=100 && wc -c < /large"));
        Assert.True(response.Result.ExitCode == 0, response.ToString());
        Assert.Equal("104857600\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal(0, UsageOf(response).OutOfMemoryKills);
    }

    [Fact]
    public async Task Memory_IsWhatTheActionIsTold()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path, "--memory", "64M");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "grep MemTotal /proc/meminfo"));
        Assert.Equal($"MemTotal: {Memory / 1024} kB", string.Join(' ', response.Result.StdoutRaw.ToStringUtf8().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Pids_BeyondThem_ForkIsRefusedAndTold_AndTheNextActionHasAll()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path, "--pids", "20");
        Protos.ExecuteResponse refused = await worker.RunAsync(BusyboxRoot.Action(worker, "n=0; while test $n -lt 40; do sleep 1000 & n=$((n+1)); echo $n; done"));

        Assert.Equal(0, refused.Status?.Code ?? 0);
        Assert.NotEqual(0, refused.Result.ExitCode);
        Assert.EndsWith("\n19\n", "\n" + refused.Result.StdoutRaw.ToStringUtf8(), StringComparison.Ordinal); // the shell is the twentieth
        Assert.Contains("Resource temporarily unavailable", refused.Result.StderrRaw.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Contains("EAGAIN", refused.Message, StringComparison.Ordinal);
        Assert.True(UsageOf(refused).RefusedForks > 0, UsageOf(refused).ToString());
        Assert.Empty(cgroup.Children);

        Protos.ExecuteResponse next = await worker.RunAsync(BusyboxRoot.Action(worker, "n=0; while test $n -lt 19; do sleep 1 & n=$((n+1)); done; wait; echo all"));
        Assert.Equal("all\n", next.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal("", next.Message);
    }

    [Fact]
    public async Task Cpus_HalfOfOne_IsWhatTwoLoopsGetTogether()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path, "--cpus", "0.5");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "for n in 1 2; do (while :; do :; done) & done; sleep 6; kill $(jobs -p)"));

        Protos.ExecutedActionMetadata metadata = response.Result.ExecutionMetadata;
        TimeSpan wall = metadata.ExecutionCompletedTimestamp.ToDateTime() - metadata.ExecutionStartTimestamp.ToDateTime();
        Protos.CgroupUsage usage = UsageOf(response);
        double share = (usage.UserTime.ToTimeSpan() + usage.SystemTime.ToTimeSpan()) / wall;
        output.WriteLine($"{share:F2} processors in {wall}");
        Assert.True(share is > 0.3 and < 0.7, $"{share:F2} processors in {wall}: {usage}");
    }

    [Fact]
    public async Task DelegatedOwn_IsGivenBackWithoutControllers()
    {
        using TestCgroup cgroup = new();
        cgroup.Delegate();
        await using (ServedWorker worker = ServedWorker.StartIn(cgroup.Path, "--memory", "64M", "--pids", "30", "--cpus", "1"))
        {
            Assert.Equal("cpu memory pids\n", cgroup.Read("cgroup.subtree_control"));
            Protos.ExecuteResponse killed = await worker.RunAsync(BusyboxRoot.Action(worker, TakeTooMuch));
            Assert.Equal(137, killed.Result.ExitCode);
            Assert.Equal("ran\n", (await worker.RunAsync(BusyboxRoot.Action(worker, "echo ran"))).Result.StdoutRaw.ToStringUtf8());
        }

        Assert.Empty(cgroup.Children);
        Assert.Empty(cgroup.Read("cgroup.subtree_control").Trim());
    }

    [Fact]
    public async Task KilledDaemon_TheNextLeavesNothingOfIt_AndHoldsTheLimits()
    {
        using TestCgroup cgroup = new();
        string[] options = ["--cgroup", cgroup.Path, "--memory", "64M", "--pids", "30"];
        await using ServedWorker worker = ServedWorker.Start(options);
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "while :; do :; done"));
        await ServedWorker.RunningAsync(call);
        worker.Kill();
        worker.WaitForExit();

        await using ServedWorker next = worker.StartAgain(options);
        Assert.Empty(cgroup.Children);
        Assert.Equal(137, (await next.RunAsync(BusyboxRoot.Action(next, TakeTooMuch))).Result.ExitCode);
        Assert.Empty(cgroup.Children);
    }

    /// <summary>As docs/examples/vroot.service has it: systemd delegates, and hands the controllers down.</summary>
    [Fact]
    public async Task UnitOfSystemd_HoldsTheLimitsOfItsConfiguration()
    {
        using SystemdMachine machine = new(static example => example.Replace("\"network\":", "\"memory\": \"64M\", \"pids\": 20, \"network\":", StringComparison.Ordinal));
        await using WorkerClient client = machine.Client();
        Protos.ExecuteResponse killed = await client.RunAsync(BusyboxRoot.Action(client, TakeTooMuch));
        Protos.ExecuteResponse refused = await client.RunAsync(BusyboxRoot.Action(client, "n=0; while test $n -lt 40; do sleep 1000 & n=$((n+1)); done"));

        Assert.Equal(137, killed.Result.ExitCode);
        Assert.Contains("out of memory", killed.Message, StringComparison.Ordinal);
        Assert.True(UsageOf(refused).RefusedForks > 0, UsageOf(refused).ToString());
        Assert.Equal("active", machine.Show("ActiveState")); // OOMPolicy=continue
    }

    private static Protos.CgroupUsage UsageOf(Protos.ExecuteResponse response) =>
        response.Result.ExecutionMetadata.AuxiliaryMetadata.Single(static any => any.Is(Protos.CgroupUsage.Descriptor)).Unpack<Protos.CgroupUsage>();
}
