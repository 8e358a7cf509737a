using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Capabilities, options, and the end of a server.</summary>
public sealed class ServingTests
{
    [Fact]
    public async Task Capabilities_TellThatActionsAreRun()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Protos.ServerCapabilities capabilities = await fixture.CallAsync(CasMethods.GetCapabilities, new Protos.GetCapabilitiesRequest());

        Assert.True(capabilities.ExecutionCapabilities.ExecEnabled);
        Assert.Equal(Protos.DigestFunction.Types.Value.Sha256, capabilities.ExecutionCapabilities.DigestFunction);
        Assert.Equal(5, capabilities.ExecutionCapabilities.DigestFunctions.Count);
        Assert.Single(capabilities.ExecutionCapabilities.ExecutionPriorityCapabilities.Priorities);
        Assert.NotNull(capabilities.CacheCapabilities);
        Assert.Equal((0, 3), (capabilities.LowApiVersion.Minor, capabilities.HighApiVersion.Minor));
    }

    [Fact]
    public async Task Server_WithAnotherCas_ServesNoneOfItsOwn()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(endpoint: new CasEndpointOptions { Address = "unix:/nonexistent/cas.sock" });
        Protos.ServerCapabilities capabilities = await fixture.CallAsync(CasMethods.GetCapabilities, new Protos.GetCapabilitiesRequest());

        Assert.Null(capabilities.CacheCapabilities);
        Assert.True(capabilities.ExecutionCapabilities.ExecEnabled);
        await ServerFixture.FailsAsync(StatusCode.Unimplemented, () => fixture.CallAsync(CasMethods.FindMissingBlobs, new Protos.FindMissingBlobsRequest()));
    }

    [Fact]
    public async Task Drain_RunningActionsEnd_WaitingAndNewOnesAreSentElsewhere()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1 });
        using ExecutionCall running = fixture.Execute(fixture.PutAction());
        FakeRun run = await fixture.Runner.NextAsync();
        using ExecutionCall queued = fixture.Execute(fixture.PutAction());
        await queued.ReachAsync(Stage.Queued);
        Task drained = fixture.Host.DrainAsync();

        Assert.Equal((int)StatusCode.Unavailable, (await queued.ResponseAsync()).Status.Code);
        await fixture.RefusedAsync(StatusCode.Unavailable, fixture.PutAction());
        Assert.False(drained.IsCompleted);
        run.End(FakeRunner.Exited(4));
        await drained.WaitAsync(ExecutionFixture.Patience);
        Assert.Equal(4, (await running.ResponseAsync()).Result.ExitCode);
        Assert.Equal(1, fixture.Runner.Runs);
    }

    [Fact]
    public async Task Drain_Cancelled_CancelsWhatRunsAndWaitsForIt()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall running = fixture.Execute(fixture.PutAction());
        FakeRun run = await fixture.Runner.NextAsync();
        using CancellationTokenSource impatience = new();
        Task drained = fixture.Host.DrainAsync(impatience.Token);
        await impatience.CancelAsync();
        await run.CancelledAsync();
        Assert.False(drained.IsCompleted);
        await run.ObeyAsync();
        await drained.WaitAsync(ExecutionFixture.Patience);

        Protos.ExecuteResponse response = await running.ResponseAsync();
        Assert.Equal((int)StatusCode.Unavailable, response.Status.Code);
    }

    [Fact]
    public async Task Drain_Idle_EndsAtOnceAndAgain()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Assert.Equal(0, (await fixture.RunAsync(fixture.PutAction())).Status.Code);
        await Wait.UntilAsync(() => fixture.Host.Execution!.Running == 0, "nothing runs");
        await fixture.Host.DrainAsync().WaitAsync(ExecutionFixture.Patience);
        await fixture.Host.DrainAsync().WaitAsync(ExecutionFixture.Patience);
        Assert.Equal((4, 0, 0, 1L, 0L), Figures(fixture.Host.Execution!));
    }

    [Fact]
    public async Task Options_Wrong_AreToldAllAtOnce()
    {
        string root = Path.Join(Path.GetTempPath(), "vroot-exec-" + Guid.NewGuid().ToString("N"));
        using (BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = root }))
        {
            await using CasSession cas = CasSession.Open(store, null);
            ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => CasServerHost.StartAsync(
                new CasServerOptions
                {
                    Addresses = ["grpc://127.0.0.1:0"],
                    Storage = new BlobStoreOptions { Directory = root },
                    Execution = new ExecutionOptions
                    {
                        Runner = new FakeRunner(),
                        Cas = cas,
                        Slots = 0,
                        MaxQueued = -1,
                        WaiterGrace = TimeSpan.FromSeconds(-1),
                        MaxTimeout = TimeSpan.FromDays(30),
                        MaxInlineBytes = -1,
                    },
                },
                store));
            Assert.Equal(5, exception.Message.Split('\n').Length);
        }

        Directory.Delete(root, recursive: true);
    }

    private static (int Slots, int Running, int Queued, long Completed, long Merged) Figures(ExecutionStatistics statistics) =>
        (statistics.Slots, statistics.Running, statistics.Queued, statistics.Completed, statistics.Merged);
}
