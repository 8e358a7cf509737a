using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>What clients of Execute and WaitExecution see, in which order.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Execute_FirstMessage_NamesTheOperationBeforeItIsQueued()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = fixture.PutAction();
        using ExecutionCall call = fixture.Execute(action);
        Protos.Operation first = (await call.NextAsync())!;

        Assert.StartsWith("operations/", first.Name, StringComparison.Ordinal);
        Assert.False(first.Done);
        Assert.Equal(Stage.CacheCheck, ExecutionCall.StageOf(first));
        Assert.Equal(action.HashHex, ExecutionCall.MetadataOf(first).ActionDigest.Hash);
        Assert.Equal(Protos.DigestFunction.Types.Value.Sha256, ExecutionCall.MetadataOf(first).DigestFunction);
    }

    [Fact]
    public async Task Execute_ToItsEnd_StagesNeverGoBackAndDoneComesOnce()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        List<Protos.Operation> seen = [await call.ReachAsync(Stage.Executing)];
        (await fixture.Runner.NextAsync()).End();
        seen.AddRange(await call.RestAsync());

        Assert.Equal(seen.Select(ExecutionCall.StageOf).Order(), seen.Select(ExecutionCall.StageOf));
        Assert.Single(seen, operation => operation.Done);
        Assert.Equal(Stage.Completed, ExecutionCall.StageOf(seen[^1]));
        Assert.Single(seen.Select(operation => operation.Name).Distinct());
        Assert.Equal(0, ExecutionCall.ResponseOf(seen[^1]).Status.Code);
    }

    [Fact]
    public async Task Execute_WithoutAFreeSlot_IsShownQueued()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1 });
        using ExecutionCall first = fixture.Execute(fixture.PutAction());
        FakeRun running = await fixture.Runner.NextAsync();
        using ExecutionCall second = fixture.Execute(fixture.PutAction());
        Protos.Operation queued = await second.ReachAsync(Stage.Queued);

        Assert.NotNull(ExecutionCall.MetadataOf(queued).PartialExecutionMetadata.QueuedTimestamp);
        Assert.Equal((1, 1, 1), (fixture.Host.Execution!.Slots, fixture.Host.Execution.Running, fixture.Host.Execution.Queued));
        running.End();
        (await fixture.Runner.NextAsync()).End();
        Assert.Equal(0, (await first.ResponseAsync()).Status.Code);
        Assert.Equal(0, (await second.ResponseAsync()).Status.Code);
    }

    [Fact]
    public async Task Execute_RunnerReports_ClientsSeeIt()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        await call.ReachAsync(Stage.Executing);
        FakeRun run = await fixture.Runner.NextAsync();
        DateTimeOffset began = DateTimeOffset.UnixEpoch.AddHours(1);
        run.Report(new ExecutionMetadata { Worker = "other", InputFetchStart = began });
        Protos.ExecutedActionMetadata told = ExecutionCall.MetadataOf((await call.NextAsync())!).PartialExecutionMetadata;

        Assert.Equal(began, told.InputFetchStartTimestamp.ToDateTimeOffset());
        Assert.Equal("fake", told.Worker);
        Assert.NotNull(told.QueuedTimestamp);
        Assert.NotNull(told.WorkerStartTimestamp);
        run.End();
        await call.ResponseAsync();
        run.Report(new ExecutionMetadata());
    }

    [Fact]
    public async Task Execute_Result_HasTheSchedulersMetadataAndTheRunners()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddDays(1);
        fixture.Runner.Answer = _ => Task.FromResult(new ActionRun
        {
            Result = new ActionResult
            {
                Metadata = new ExecutionMetadata
                {
                    InputFetchStart = time,
                    InputFetchCompleted = time.AddSeconds(1),
                    ExecutionStart = time.AddSeconds(2),
                    ExecutionCompleted = time.AddSeconds(3),
                    VirtualExecutionDuration = TimeSpan.FromMilliseconds(700),
                    OutputUploadStart = time.AddSeconds(4),
                    OutputUploadCompleted = time.AddSeconds(5),
                    Auxiliary = [UsageMessages.Of(new PosixUsage { UserTime = TimeSpan.FromSeconds(2), TerminationSignal = "KILL" }), UsageMessages.Of(new InputRootUsage(3, 2, 1))],
                },
            },
        });
        Protos.ExecutedActionMetadata metadata = (await fixture.RunAsync(fixture.PutAction())).Result.ExecutionMetadata;

        Assert.Equal("fake", metadata.Worker);
        Assert.True(metadata.QueuedTimestamp.ToDateTimeOffset() <= metadata.WorkerStartTimestamp.ToDateTimeOffset());
        Assert.True(metadata.WorkerStartTimestamp.ToDateTimeOffset() <= metadata.WorkerCompletedTimestamp.ToDateTimeOffset());
        Assert.Equal(
            [0d, 1, 2, 3, 4, 5],
            new[]
            {
                metadata.InputFetchStartTimestamp, metadata.InputFetchCompletedTimestamp, metadata.ExecutionStartTimestamp,
                metadata.ExecutionCompletedTimestamp, metadata.OutputUploadStartTimestamp, metadata.OutputUploadCompletedTimestamp,
            }.Select(stamp => (stamp.ToDateTimeOffset() - time).TotalSeconds));
        Assert.Equal(TimeSpan.FromMilliseconds(700), metadata.VirtualExecutionDuration.ToTimeSpan());
        Protos.POSIXResourceUsage posix = metadata.AuxiliaryMetadata[0].Unpack<Protos.POSIXResourceUsage>();
        Assert.Equal((2, "KILL"), (posix.UserTime.Seconds, posix.TerminationSignal));
        Protos.InputRootResourceUsage input = metadata.AuxiliaryMetadata[1].Unpack<Protos.InputRootResourceUsage>();
        Assert.Equal((3ul, 2ul, 1ul), (input.DirectoriesResolved, input.DirectoriesRead, input.FilesRead));
        Assert.Equal("type.googleapis.com/buildbarn.resourceusage.POSIXResourceUsage", metadata.AuxiliaryMetadata[0].TypeUrl);
    }

    [Fact]
    public async Task Execute_ServerLogsAndMessage_ComeThrough()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        Digest log = fixture.Put([1, 2, 3]);
        fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited(1) with
        {
            Message = "look here",
            ServerLogs = new Dictionary<string, ServerLogFile> { ["trace"] = new(log, true) },
        });
        Protos.ExecuteResponse response = await fixture.RunAsync(fixture.PutAction());

        Assert.Equal("look here", response.Message);
        Assert.Equal(log.HashHex, response.ServerLogs["trace"].Digest.Hash);
        Assert.True(response.ServerLogs["trace"].HumanReadable);
        Assert.Equal(1, response.Result.ExitCode);
    }

    [Fact]
    public async Task WaitExecution_WhileItRuns_GoesOnToTheEnd()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        FakeRun run = await fixture.Runner.NextAsync();
        using ExecutionCall wait = fixture.Wait(name);
        Assert.Equal((name, Stage.Executing), await FirstAsync(wait));
        run.End(FakeRunner.Exited(3));

        Assert.Equal(3, (await wait.ResponseAsync()).Result.ExitCode);
        Assert.Equal(3, (await call.ResponseAsync()).Result.ExitCode);
    }

    [Fact]
    public async Task WaitExecution_AfterTheEnd_IsOneMessage()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        Protos.Operation last = (await call.RestAsync())[^1];
        using ExecutionCall wait = fixture.Wait(last.Name);

        Assert.Equal(last, Assert.Single(await wait.RestAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("operations/00000000-0000-0000-0000-000000000000")]
    [InlineData("../x\u0000\u2603")]
    public async Task WaitExecution_Unknown_IsNotFound(string name)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        using ExecutionCall wait = fixture.Wait(name);
        RpcException exception = await ServerFixture.FailsAsync(StatusCode.NotFound, wait.RestAsync);
        Assert.Contains("execute again", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<(string Name, Stage Stage)> FirstAsync(ExecutionCall call)
    {
        Protos.Operation operation = (await call.NextAsync())!;
        return (operation.Name, ExecutionCall.StageOf(operation));
    }
}
