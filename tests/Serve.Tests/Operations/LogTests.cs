using System.Text.Json.Nodes;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>Logs for programs.</summary>
[Collection(ServeCollection.Name)]
public sealed class LogTests
{
    [NeedsFuseFact("/bin/busybox")]
    public async Task JsonLog_OfAnAction_HasItsDigestOperationAndRootAsFields()
    {
        await using ServedWorker worker = ServedWorker.Start("--log-format", "json", "--log-level", "info");
        CasClient.Digest action = BusyboxRoot.Action(worker, "exit 7", static command => command.Arguments.Add("two\nlines\"\u001b[31m"));
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(action);
        string? operation = null;
        while (await call.ResponseStream.MoveNext(default).WaitAsync(ServedWorker.Patience) && !call.ResponseStream.Current.Done)
        {
            operation = call.ResponseStream.Current.Name;
        }

        worker.Terminate();
        JsonObject[] lines = [.. worker.WaitForExit().Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!.AsObject())];
        JsonObject started = Assert.Single(lines, static line => (string?)line["event"] == "ActionStarted");
        JsonObject ended = Assert.Single(lines, static line => (string?)line["event"] == "ActionEnded");

        Assert.All(lines, static line => Assert.True(
            DateTimeOffset.TryParse((string)line["time"]!, out _) && (string?)line["level"] is "info" or "warning" && ((string)line["message"]!).Length > 0, line.ToString()));
        Assert.All([started, ended], line =>
        {
            Assert.Equal(action.ToString(), (string)line["action"]!);
            Assert.Equal(operation, (string)line["operation"]!);
            Assert.StartsWith(worker.BuildDirectory + "/", (string)line["root"]!, StringComparison.Ordinal);
        });
        Assert.Contains("two\\x0alines\"\\x1b[31m", (string)started["command"]!, StringComparison.Ordinal);
        Assert.Equal("OK", (string)ended["status"]!);
        Assert.Equal(7, (int)ended["exitCode"]!);
        Assert.True((double)ended["seconds"]! > 0);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task TextLog_OfAnAction_IsOneLineForPeople()
    {
        await using ServedWorker worker = ServedWorker.Start("--log-level", "info");
        CasClient.Digest action = BusyboxRoot.Action(worker, "exit 7");
        await worker.RunAsync(action);
        worker.Terminate();
        string[] lines = worker.WaitForExit().Error.Split('\n');

        Assert.Single(lines, line => line.StartsWith($"vroot: info: action {action} of operations/", StringComparison.Ordinal) && line.Contains("ended: OK, exit code 7", StringComparison.Ordinal));
    }

    [NeedsFuseFact]
    public void JsonLog_OfAFailure_IsAnObjectToo()
    {
        using TestDirectory directory = new();
        ProcessOutcome outcome = ChildProcess.Run(ServedWorker.Command(directory, "--log-format", "json", "--slots", "none"), ServedWorker.Patience);
        JsonObject line = JsonNode.Parse(outcome.Error)!.AsObject();

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("error", (string)line["level"]!);
        Assert.StartsWith("--slots: 'none'", (string)line["message"]!, StringComparison.Ordinal);
    }
}
