using System.Text;
using System.Text.RegularExpressions;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>What Prometheus gets, judged by its own checker.</summary>
[Collection(ServeCollection.Name)]
public sealed class MetricsTests
{
    private const string GetTree = "vroot_grpc_calls_total{method=\"/build.bazel.remote.execution.v2.ContentAddressableStorage/GetTree\",status=\"OK\"}";

    [NeedsFuseFact("/bin/busybox", "/usr/bin/promtool")]
    public async Task Metrics_AfterActions_HaveWhatHappened_AndPromtoolAcceptsThem()
    {
        await using ServedWorker worker = ServedWorker.Start("--status-listen", "127.0.0.1:0", "--slots", "1");
        using StatusClient client = new(worker);
        CasClient.Digest good = BusyboxRoot.Action(worker, "cat /bin/busybox > /dev/null; echo x > o", static command => command.OutputPaths.Add("o"));
        await worker.RunAsync(good);
        Assert.True((await worker.RunAsync(good)).CachedResult);
        await worker.RunAsync(BusyboxRoot.Action(worker, "exit 3"));
        await worker.RunAsync(BusyboxRoot.Action(worker, "sleep 100", action: static action => action.Timeout = new() { Seconds = 1 }));
        Dictionary<string, double> metrics = await client.MetricsAsync();

        Assert.Equal(1, metrics["vroot_actions_total{status=\"OK\",exit=\"zero\"}"]);
        Assert.Equal(1, metrics["vroot_actions_total{status=\"OK\",exit=\"nonzero\"}"]);
        Assert.Equal(1, metrics["vroot_actions_total{status=\"DeadlineExceeded\",exit=\"nonzero\"}"]);
        Assert.Equal(1, metrics["vroot_action_cache_lookups_total{result=\"hit\"}"]);
        Assert.Equal(3, metrics["vroot_action_cache_lookups_total{result=\"miss\"}"]);
        Assert.All(["queued", "staging", "execution", "capture"], stage => Assert.Equal(3, metrics[$"vroot_action_stage_seconds_count{{stage=\"{stage}\"}}"]));
        Assert.True(metrics["vroot_action_stage_seconds_sum{stage=\"execution\"}"] >= 1);
        Assert.Equal(3, metrics.Where(static pair => pair.Key.StartsWith("vroot_action_special_tier_total{", StringComparison.Ordinal)).Sum(static pair => pair.Value));
        Assert.Equal((1, 0, 0), (metrics["vroot_slots"], metrics["vroot_actions_running"], metrics["vroot_actions_queued"]));
        Assert.Equal(1, metrics["vroot_serving"]);
        Assert.True(metrics["vroot_fuse_requests_total{opcode=\"LOOKUP\"}"] > 0);
        Assert.True(metrics["vroot_fuse_requests_total{opcode=\"WRITE\"}"] > 0);
        Assert.True(metrics["vroot_cache_hits_total{kind=\"file\"}"] > 0);
        Assert.True(metrics["vroot_cache_blobs"] > 0 && metrics["vroot_cache_bytes"] > new FileInfo("/bin/busybox").Length);
        Assert.True(metrics["vroot_cache_memory_bytes{kind=\"directory\"}"] > 0 && metrics.ContainsKey("vroot_cache_memory_bytes{kind=\"file\"}"));
        Assert.Equal(4, metrics["vroot_grpc_calls_total{method=\"/build.bazel.remote.execution.v2.Execution/Execute\",status=\"OK\"}"]);
        Assert.True(metrics["vroot_grpc_received_bytes_total{method=\"/build.bazel.remote.execution.v2.ContentAddressableStorage/BatchUpdateBlobs\"}"] > new FileInfo("/bin/busybox").Length);
        Assert.True(metrics["process_open_fds"] > 10);
        Assert.True(metrics["process_max_fds"] >= metrics["process_open_fds"]);
        Assert.True(metrics["process_cpu_seconds_total"] > 0);

        ProcessCommand promtool = new("/usr/bin/promtool", ["check", "metrics"]) { Input = Encoding.UTF8.GetBytes(await client.MetricsTextAsync()) };
        ProcessOutcome outcome = ChildProcess.Run(promtool, ServedWorker.Patience);
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Empty(outcome.Output + outcome.Error);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Counters_NeverFall_AndGaugesFollow()
    {
        await using ServedWorker worker = ServedWorker.Start("--status-listen", "127.0.0.1:0", "--slots", "1");
        using StatusClient client = new(worker);
        Dictionary<string, double> before = await client.MetricsAsync();
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        await ServedWorker.RunningAsync(call);
        Dictionary<string, double> during = await client.MetricsAsync();
        worker.Terminate();
        await client.StatusWhenAsync(static status => (string)status["health"]! == "draining");
        Dictionary<string, double> draining = await client.MetricsAsync();

        Assert.Equal((0, 0), (before["vroot_actions_running"], before["vroot_roots"]));
        Assert.Equal((1, 1), (during["vroot_actions_running"], during["vroot_roots"]));
        Assert.Equal((1, 0), (during["vroot_serving"], draining["vroot_serving"]));
        Assert.All(before.Where(static pair => pair.Key.Split('{')[0].EndsWith("_total", StringComparison.Ordinal)), pair => Assert.True(during[pair.Key] >= pair.Value, pair.Key));
    }

    /// <summary>A root that is new comes by GetTree: the server that another worker fetches from counts it.</summary>
    [NeedsFuseFact("/bin/busybox")]
    public async Task Calls_OfAWorkerThatFetches_HaveGetTree()
    {
        await using ServedWorker cas = ServedWorker.Start("--status-listen", "127.0.0.1:0");
        await using ServedWorker worker = ServedWorker.StartOn(cas.Address);
        using StatusClient client = new(cas);
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "exit 0"));
        Dictionary<string, double> metrics = await client.MetricsWhenAsync(static metrics => metrics.ContainsKey(GetTree));

        Assert.Equal((0, 0), (response.Status?.Code ?? 0, response.Result.ExitCode));
        Assert.Equal(1, metrics[GetTree]);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task EveryMetric_StandsInTheDocumentation()
    {
        await using ServedWorker worker = ServedWorker.Start("--status-listen", "127.0.0.1:0");
        using StatusClient client = new(worker);
        string documentation = File.ReadAllText(Path.Combine(PublishedTool.Checkout(), "docs/operations.md"));
        string[] names = [.. Regex.Matches(await client.MetricsTextAsync(), "^# TYPE (\\S+)", RegexOptions.Multiline).Select(static match => match.Groups[1].Value)];

        Assert.True(names.Length > 30, string.Join(' ', names));
        Assert.All(names, name => Assert.Contains($"`{name}", documentation, StringComparison.Ordinal));
    }
}
