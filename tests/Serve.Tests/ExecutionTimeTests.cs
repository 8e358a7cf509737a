using System.Globalization;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>What of an action's time is its execution: its launch, too, as with other workers.</summary>
[Collection(ServeCollection.Name)]
public sealed class ExecutionTimeTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [NeedsFuseFact("/bin/busybox")]
    public async Task Execution_SlowLaunch_HoldsItAndTheCommand()
    {
        string init = Path.Combine(Path.GetDirectoryName(PublishedTool.Find(_directory))!, "vroot-init");
        File.WriteAllText(_directory["slow-init"], $"#!/bin/sh\ndate +%s%N >>{_directory["launches"]}\nsleep 1\nexec {init} \"$@\"\n");
        File.SetUnixFileMode(_directory["slow-init"], (UnixFileMode)0x1ed);
        Dictionary<string, string> environment = new() { ["PATH"] = "/usr/bin:/bin", ["HOME"] = _directory.Path, ["VROOT_INIT"] = _directory["slow-init"] };
        await using ServedWorker worker = ServedWorker.StartWith(environment);
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "touch begun; sleep 0.1; touch ended", command =>
        {
            command.OutputPaths.Add(["begun", "ended"]);
            command.OutputNodeProperties.Add("mtime");
        }));

        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        Assert.Equal(["begun", "ended"], response.Result.OutputFiles.Select(static file => file.Path));
        long launch = long.Parse(File.ReadAllLines(_directory["launches"])[^1], CultureInfo.InvariantCulture);
        Protos.ExecutedActionMetadata metadata = response.Result.ExecutionMetadata;
        DateTimeOffset[] times =
        [
            metadata.QueuedTimestamp.ToDateTimeOffset(), metadata.WorkerStartTimestamp.ToDateTimeOffset(),
            metadata.InputFetchStartTimestamp.ToDateTimeOffset(), metadata.InputFetchCompletedTimestamp.ToDateTimeOffset(),
            metadata.ExecutionStartTimestamp.ToDateTimeOffset(), DateTimeOffset.UnixEpoch.AddTicks(launch / 100),
            .. response.Result.OutputFiles.Select(static file => file.NodeProperties.Mtime.ToDateTimeOffset()), metadata.ExecutionCompletedTimestamp.ToDateTimeOffset(),
            metadata.OutputUploadStartTimestamp.ToDateTimeOffset(), metadata.OutputUploadCompletedTimestamp.ToDateTimeOffset(),
            metadata.WorkerCompletedTimestamp.ToDateTimeOffset(),
        ];
        Assert.Equal(times.Order(), times);
    }
}
