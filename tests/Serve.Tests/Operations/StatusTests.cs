using System.Net;
using System.Text.Json.Nodes;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>The status listener: figures, health and the page, also of hostile actions.</summary>
[Collection(ServeCollection.Name)]
public sealed class StatusTests
{
    private const string Hostile = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

    private static readonly string[] s_listen = ["--status-listen", "127.0.0.1:0", "--slots", "1"];

    [NeedsFuseFact("/bin/busybox")]
    public async Task Status_OfRunningAndQueuedActions_TellsWhatTheyAre()
    {
        await using ServedWorker worker = ServedWorker.Start(s_listen);
        using StatusClient client = new(worker);
        CasClient.Digest running = BusyboxRoot.Action(worker, "sleep 1000");
        CasClient.Digest queued = BusyboxRoot.Action(worker, "sleep 2000");
        using AsyncServerStreamingCall<Protos.Operation> first = worker.Execute(running);
        string operation = await ServedWorker.RunningAsync(first);
        using AsyncServerStreamingCall<Protos.Operation> second = worker.Execute(queued);
        // It runs for its client before it has looked up its program.
        JsonObject status = await client.StatusWhenAsync(static status => (int)status["queued"]! == 1 && status["fuse"]!["requests"]!["LOOKUP"] is not null);
        JsonObject action = status["running"]!.AsArray().Single()!.AsObject();

        Assert.Equal("serving", (string)status["health"]!);
        Assert.Equal(1, (int)status["slots"]!);
        Assert.Equal(running.ToString(), (string)action["action"]!);
        Assert.Equal(operation, (string)action["operation"]!);
        Assert.Equal("execution", (string)action["stage"]!);
        Assert.StartsWith("sh -c sleep 1000", (string)action["command"]!, StringComparison.Ordinal);
        Assert.StartsWith(worker.BuildDirectory + "/", (string)action["root"]!, StringComparison.Ordinal);
        Assert.True((double)action["ageSeconds"]! >= 0);
        Assert.Equal(1, (int)status["roots"]!);
        Assert.Equal(queued.ToString(), (string)status["queue"]!.AsArray().Single()!["action"]!);
        Assert.True((long)status["fuse"]!["requests"]!["LOOKUP"]! > 0);
        Assert.Equal(worker.BuildDirectory, (string)status["buildDirectory"]!);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Health_WhileServing_Draining_AndAfterTheEnd()
    {
        await using ServedWorker worker = ServedWorker.Start(s_listen);
        using StatusClient client = new(worker);
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        await ServedWorker.RunningAsync(call);
        using HttpResponseMessage serving = await client.GetAsync("healthz");
        worker.Terminate();
        await client.StatusWhenAsync(static status => (string)status["health"]! == "draining");
        using HttpResponseMessage draining = await client.GetAsync("healthz");
        using HttpResponseMessage alias = await client.GetAsync("-/healthy");
        worker.Terminate();
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal(HttpStatusCode.OK, serving.StatusCode);
        Assert.Equal("serving\n", await serving.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.StatusCode);
        Assert.StartsWith("draining", await draining.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, alias.StatusCode);
        Assert.Equal(143, outcome.ExitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("healthz"));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task MountTakenAway_WhileAnActionRunsInIt_IsNoHealth()
    {
        await using ServedWorker worker = ServedWorker.Start(s_listen);
        using StatusClient client = new(worker);
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "touch /inside; sleep 1000"));
        await ServedWorker.RunningAsync(call);
        await worker.FileAsync("inside");
        ChildProcess.Run(Unmount(worker), ServedWorker.Patience).Expect();
        using HttpResponseMessage health = await client.GetAsync("healthz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("is not mounted any more", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("unmounted", (string)(await client.StatusAsync())["health"]!);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task MountTakenAway_WhileNothingRuns_EndsTheDaemon()
    {
        await using ServedWorker worker = ServedWorker.Start(s_listen);
        await worker.RunAsync(BusyboxRoot.Action(worker, "echo ready"));
        ChildProcess.Run(Unmount(worker), ServedWorker.Patience).Expect();
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains("was unmounted by somebody else", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Requests_OfOtherPathsAndMethods_AreRefused()
    {
        await using ServedWorker worker = ServedWorker.Start(s_listen);
        using StatusClient client = new(worker);
        using HttpResponseMessage nowhere = await client.GetAsync("etc/passwd");
        using HttpResponseMessage post = await client.SendAsync(HttpMethod.Post, "healthz");
        using HttpResponseMessage head = await client.SendAsync(HttpMethod.Head, "metrics");
        using HttpResponseMessage page = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task StatusListener_IsOffUnlessAsked_AndAnAddressThatIsTakenOrAnotherMachinesIsTold()
    {
        await using ServedWorker worker = ServedWorker.Start();
        Assert.Null(worker.StatusAddress);
        using TestDirectory other = new();
        string taken = worker.Address["grpc://".Length..];
        ProcessOutcome outcome = ChildProcess.Run(ServedWorker.Command(other, "--status-listen", taken), ServedWorker.Patience);
        ProcessOutcome elsewhere = ChildProcess.Run(ServedWorker.Command(other, "--status-listen", "192.0.2.1:80"), ServedWorker.Patience);

        Assert.Equal((125, 125), (outcome.ExitCode, elsewhere.ExitCode));
        Assert.Contains($"cannot serve the status on {taken}: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("cannot serve the status on 192.0.2.1:80: ", elsewhere.Error, StringComparison.Ordinal);
        Assert.Contains("--status-listen", elsewhere.Error, StringComparison.Ordinal);
        Assert.Empty(MountTable.Below(other.Path));
    }

    [NeedsFuseFact("/bin/busybox", "/usr/bin/chromium")]
    public async Task Page_InChromium_ShowsActionsAndRunsNothingOfTheirArguments()
    {
        await using ServedWorker worker = ServedWorker.Start(s_listen);
        using StatusClient client = new(worker);
        CasClient.Digest action = BusyboxRoot.Action(worker, "sleep 1000", static command => command.Arguments.Add(Hostile));
        using AsyncServerStreamingCall<Protos.Operation> first = worker.Execute(action);
        await ServedWorker.RunningAsync(first);
        using AsyncServerStreamingCall<Protos.Operation> second = worker.Execute(BusyboxRoot.Action(worker, "sleep 2000", static command => command.Arguments.Add("</script><b>queued</b>")));
        await client.StatusWhenAsync(static status => (int)status["queued"]! == 1);
        string page = Dump(worker);

        Assert.Contains("1 of 1 in use", page, StringComparison.Ordinal);
        Assert.Contains("sh -c sleep 1000", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;document.title='owned'&lt;/script&gt;&lt;img src=x onerror=", page, StringComparison.Ordinal);
        Assert.Contains("&lt;/script&gt;&lt;b&gt;queued&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("<title>vroot serve</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains(action.ToString()[..12], page, StringComparison.Ordinal);
        Assert.Contains("<td>LOOKUP</td>", page, StringComparison.Ordinal);
        Assert.Matches("<td class=\"number\">[0-9,]+/s</td>", page); // a second figure was asked for, and the rate made of both
        Assert.Contains("class=\"serving\">serving<", page, StringComparison.Ordinal);
    }

    private static ProcessCommand Unmount(ServedWorker worker) => new("/usr/bin/umount", ["-l", worker.BuildDirectory]);

    private static string Dump(ServedWorker worker)
    {
        using TestDirectory profile = new();
        ProcessCommand chromium = new("/usr/bin/chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={profile.Path}", "--virtual-time-budget=10000", "--dump-dom", worker.StatusAddress!,
        ]);
        return ChildProcess.Run(chromium, TimeSpan.FromMinutes(3)).Expect().Output;
    }
}
