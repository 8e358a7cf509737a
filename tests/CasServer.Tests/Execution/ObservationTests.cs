using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>What those who watch a server are told, and what they can look at.</summary>
public sealed class ObservationTests
{
    [Fact]
    public async Task Runs_AndLookups_AreToldBeforeTheClientIs()
    {
        RecordingObserver observer = new();
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync(options => options with { Observer = observer });
        Digest good = fixture.PutAction();
        await fixture.RunAsync(good);
        Assert.Equal(["miss", "run OK 0"], observer.Lines);
        Assert.True(observer.Metadata is { Queued: not null, WorkerStart: not null } times && times.Queued <= times.WorkerStart);
        await fixture.RunAsync(good);
        Assert.Equal("hit", observer.Lines[^1]);
        fixture.Runner.Answer = static _ => Task.FromResult(FakeRunner.Exited(3));
        await fixture.RunAsync(fixture.PutAction(action: static action => action.DoNotCache = true));
        fixture.Runner.Answer = static _ => throw new InvalidOperationException("broken");
        await fixture.RunAsync(fixture.PutAction());

        Assert.Equal(["miss", "run OK 0", "hit", "run OK 3", "miss", "run Internal -"], observer.Lines);
    }

    [Fact]
    public async Task Refusals_OfAFullQueueAndOfTheEnd_AreTold()
    {
        RecordingObserver observer = new();
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Observer = observer, Slots = 1, MaxQueued = 1 });
        using ExecutionCall running = fixture.Execute(fixture.PutAction());
        FakeRun run = await fixture.Runner.NextAsync();
        using ExecutionCall queued = fixture.Execute(fixture.PutAction());
        await queued.ReachAsync(Stage.Queued);
        await fixture.RefusedAsync(StatusCode.ResourceExhausted, fixture.PutAction());
        Task drained = fixture.Host.DrainAsync(new CancellationToken(canceled: true));
        await run.ObeyAsync();
        await drained.WaitAsync(ExecutionFixture.Patience);
        await queued.ResponseAsync();
        await running.ResponseAsync();

        Assert.True(fixture.Host.IsDraining);
        Assert.Equal(["miss", "miss", "miss", "refused ResourceExhausted", "refused Unavailable", "run Unavailable -"], observer.Lines);
    }

    [Fact]
    public async Task Pending_RunningAndQueued_AreListedInTheirOrder()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1 });
        Digest first = fixture.PutAction();
        using ExecutionCall running = fixture.Execute(first);
        string name = (await running.ReachAsync(Stage.Executing)).Name;
        FakeRun run = await fixture.Runner.NextAsync();
        using ExecutionCall joined = fixture.Execute(first);
        await joined.ReachAsync(Stage.Executing);
        Digest late = fixture.PutAction();
        using ExecutionCall lateCall = fixture.Execute(late, static request => request.ExecutionPolicy = new() { Priority = 1 });
        await lateCall.ReachAsync(Stage.Queued);
        Digest urgent = fixture.PutAction();
        using ExecutionCall urgentCall = fixture.Execute(urgent, static request => request.ExecutionPolicy = new() { Priority = -1 });
        await urgentCall.ReachAsync(Stage.Queued);
        await Wait.UntilAsync(() => fixture.Host.Execution!.Queued == 2, "two are queued");
        PendingAction pending = Assert.Single(fixture.Host.Running);

        Assert.Equal((first, name, 2), (pending.Action.Action, pending.Action.Operation, pending.Clients));
        Assert.NotNull(pending.Metadata.WorkerStart);
        Assert.Equal([urgent, late], fixture.Host.Queued(10).Select(static action => action.Action.Action));
        Assert.Equal([urgent], fixture.Host.Queued(1).Select(static action => action.Action.Action));
        Assert.False(fixture.Host.IsDraining);
        Task drained = fixture.Host.DrainAsync(new CancellationToken(canceled: true));
        await run.ObeyAsync();
        await drained.WaitAsync(ExecutionFixture.Patience);
    }

    [Fact]
    public async Task Calls_AreToldByMethodStatusAndBytes()
    {
        RecordingObserver observer = new();
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(server: options => options with { CallObserver = observer });
        byte[] bytes = new byte[5000];
        Digest digest = ServerFixture.DigestOf(bytes);
        await fixture.CallAsync(CasMethods.BatchUpdateBlobs, new Protos.BatchUpdateBlobsRequest
        {
            Requests = { new Protos.BatchUpdateBlobsRequest.Types.Request { Digest = digest.ToMessage(), Data = Google.Protobuf.ByteString.CopyFrom(bytes) } },
        });
        await fixture.CallAsync(CasMethods.BatchReadBlobs, new Protos.BatchReadBlobsRequest { Digests = { digest.ToMessage() } });
        using (ExecutionCall nothing = fixture.Wait("operations/none"))
        {
            await ServerFixture.FailsAsync(StatusCode.NotFound, nothing.RestAsync);
        }

        await Wait.UntilAsync(() => observer.Calls.Count == 3, "three calls"); // a client may have its answer before the server's call has ended
        Assert.Equal(
            [CasMethods.BatchUpdateBlobs.FullName, CasMethods.BatchReadBlobs.FullName, ExecutionMethods.WaitExecution.FullName],
            observer.Calls.Select(static call => call.Method));
        Assert.Equal([StatusCode.OK, StatusCode.OK, StatusCode.NotFound], observer.Calls.Select(static call => call.Status));
        Assert.True(observer.Calls[0].Received > 5000 && observer.Calls[1].Sent > 5000 && observer.Calls[2].Sent == 0, string.Join(' ', observer.Calls));
    }
}
