using System.Text.Json.Nodes;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>A daemon that is configured by its file, and what goes before the file.</summary>
[Collection(ServeCollection.Name)]
public sealed class ConfigurationTests
{
    private const string Everything = """
        {
          "log-level": "info",
          "log-format": "json",
          "serve": { "status-listen": "127.0.0.1:0", "slots": 2, "set-tmpdir": true, "unknown-properties": "ignore", "quota-bytes": "1M", "drain-timeout": "1s" }
        }
        """;

    [NeedsFuseFact("/bin/busybox")]
    public async Task File_Alone_IsWhatTheDaemonDoes()
    {
        using TestDirectory directory = new();
        await using ServedWorker worker = ServedWorker.Start("--config", directory.Write("config.json", Everything));
        CasClient.Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(
            worker, "echo $TMPDIR; dd if=/dev/zero of=big bs=1024 count=3000 2>/dev/null; echo $?", action: static action => action.Platform = new() { Properties = { new CasClient.Protos.Platform.Types.Property { Name = "pool", Value = "x" } } }));

        int slots = await SlotsAsync(worker);
        worker.Terminate();
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal(2, slots);
        Assert.Equal("/tmp\n1\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Contains("\"event\":\"ActionEnded\"", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task EnvironmentBeforeFile_AndOptionBeforeBoth()
    {
        using TestDirectory directory = new();
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = directory.Path,
            ["VROOT_CONFIG"] = directory.Write("config.json", Everything),
            ["VROOT_SERVE_SLOTS"] = "3",
        };
        await using ServedWorker byVariable = ServedWorker.StartWith(environment);
        await using ServedWorker byOption = ServedWorker.StartWith(environment, "--slots", "4");

        Assert.Equal(3, await SlotsAsync(byVariable));
        Assert.Equal(4, await SlotsAsync(byOption));
    }

    private static async Task<int> SlotsAsync(ServedWorker worker)
    {
        using StatusClient client = new(worker);
        JsonObject status = await client.StatusAsync();
        return (int)status["slots"]!;
    }
}
