using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Merging, priorities, bounds and cancellation.</summary>
public sealed class SchedulingTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Fact]
    public async Task EqualActions_AtTheSameTime_RunOnceUnderTwoNames()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        Digest action = fixture.PutAction();
        using ExecutionCall first = fixture.Execute(action);
        string firstName = (await first.ReachAsync(Stage.Executing)).Name;
        using ExecutionCall second = fixture.Execute(action, request => request.SkipCacheLookup = true);
        string secondName = (await second.ReachAsync(Stage.Executing)).Name;
        (await fixture.Runner.NextAsync()).End(FakeRunner.Exited(5));

        Assert.NotEqual(firstName, secondName);
        Assert.Equal(5, (await first.ResponseAsync()).Result.ExitCode);
        Assert.Equal(5, (await second.ResponseAsync()).Result.ExitCode);
        Assert.Equal(1, fixture.Runner.Runs);
        Assert.Equal(1, fixture.Host.Execution!.Merged);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task EqualActions_NotToBeCachedOrOfTwoInstances_AreNotMerged(bool doNotCache, bool otherInstance)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        Digest action = fixture.PutAction(action: message => message.DoNotCache = doNotCache);
        using ExecutionCall first = fixture.Execute(action);
        using ExecutionCall second = fixture.Execute(action, request => request.InstanceName = otherInstance ? "b" : string.Empty);
        FakeRun one = await fixture.Runner.NextAsync();
        FakeRun other = await fixture.Runner.NextAsync();
        one.End(FakeRunner.Exited(1));
        other.End(FakeRunner.Exited(2));

        int[] codes = [(await first.ResponseAsync()).Result.ExitCode, (await second.ResponseAsync()).Result.ExitCode];
        Assert.Equal([1, 2], codes.Order());
    }

    [Fact]
    public async Task MergedActions_OneClientLeaves_TheOthersGoesOn()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { WaiterGrace = TimeSpan.Zero });
        Digest action = fixture.PutAction();
        using ExecutionCall stays = fixture.Execute(action);
        await stays.ReachAsync(Stage.Executing);
        ExecutionCall leaves = fixture.Execute(action);
        string name = (await leaves.ReachAsync(Stage.Executing)).Name;
        leaves.Dispose();
        using (ExecutionCall wait = fixture.Wait(name))
        {
            // Waiting may come before or after the server has noticed; either way the operation ends without the other's end.
            await fixture.CallAsync(ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = name });
            Assert.Equal((int)StatusCode.Cancelled, (await wait.ResponseAsync()).Status.Code);
        }

        FakeRun run = await fixture.Runner.NextAsync();
        Assert.False(run.Token.IsCancellationRequested);
        run.End();
        Assert.Equal(0, (await stays.ResponseAsync()).Status.Code);
    }

    [Fact]
    public async Task LastWaiter_Leaves_TheRunIsCancelledAfterTheGrace()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { WaiterGrace = TimeSpan.FromMilliseconds(20) });
        ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        FakeRun run = await fixture.Runner.NextAsync();
        call.Dispose();
        await run.ObeyAsync();

        using ExecutionCall wait = fixture.Wait(name);
        Protos.ExecuteResponse response = await wait.ResponseAsync();
        Assert.Equal((int)StatusCode.Cancelled, response.Status.Code);
        Assert.Contains("nobody waited", response.Status.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task LastWaiter_ComesBackWithinTheGrace_FindsItsAction()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { WaiterGrace = s_long });
        ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        FakeRun run = await fixture.Runner.NextAsync();
        call.Dispose();
        using ExecutionCall again = fixture.Wait(name);
        await again.ReachAsync(Stage.Executing);
        run.End(FakeRunner.Exited(7));

        Assert.Equal(7, (await again.ResponseAsync()).Result.ExitCode);
        Assert.False(run.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task LastWaiter_LeavesTheQueue_NeverRuns()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1, WaiterGrace = TimeSpan.Zero });
        using ExecutionCall first = fixture.Execute(fixture.PutAction());
        FakeRun run = await fixture.Runner.NextAsync();
        ExecutionCall second = fixture.Execute(fixture.PutAction());
        await second.ReachAsync(Stage.Queued);
        second.Dispose();
        await Wait.UntilAsync(() => fixture.Host.Execution!.Queued == 0, "the queue is empty");
        run.End();
        await first.ResponseAsync();

        Assert.Equal(0, (await RunNextAsync(fixture)).Status.Code);
        Assert.Equal(2, fixture.Runner.Runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelOperation_RunningOrQueued_EndsItAsCancelled(bool queued)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1 });
        using ExecutionCall first = fixture.Execute(fixture.PutAction());
        string name = (await first.ReachAsync(Stage.Executing)).Name;
        FakeRun run = await fixture.Runner.NextAsync();
        using ExecutionCall second = fixture.Execute(fixture.PutAction());
        string queuedName = (await second.ReachAsync(Stage.Queued)).Name;
        await fixture.CallAsync(ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = queued ? queuedName : name });

        Protos.ExecuteResponse response = await (queued ? second : first).ResponseAsync();
        Assert.Equal((int)StatusCode.Cancelled, response.Status.Code);
        Assert.Null(response.Result);
        if (queued)
        {
            Assert.False(run.Token.IsCancellationRequested);
            run.End();
            Assert.Equal(0, (await first.ResponseAsync()).Status.Code);
        }
        else
        {
            await run.ObeyAsync();
            (await fixture.Runner.NextAsync()).End();
            Assert.Equal(0, (await second.ResponseAsync()).Status.Code);
        }
    }

    [Fact]
    public async Task CancelledRun_ThatDoesNotObeyYet_KeepsItsSlotAndIsNotJoined()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1 });
        Digest action = fixture.PutAction();
        using ExecutionCall call = fixture.Execute(action);
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        FakeRun old = await fixture.Runner.NextAsync();
        await fixture.CallAsync(ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = name });
        Assert.Equal((int)StatusCode.Cancelled, (await call.ResponseAsync()).Status.Code);

        using ExecutionCall again = fixture.Execute(action);
        await again.ReachAsync(Stage.Queued);
        Assert.Equal((1, 1, 1), (fixture.Host.Execution!.Running, fixture.Host.Execution.Queued, fixture.Runner.Runs));
        await old.ObeyAsync();
        (await fixture.Runner.NextAsync()).End(FakeRunner.Exited(9));
        Assert.Equal(9, (await again.ResponseAsync()).Result.ExitCode);
    }

    [Fact]
    public async Task CancellationCallback_ThatThrows_IsToldAndIsNoFailureOfTheRunner()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        FakeRun run = await fixture.Runner.NextAsync();
        await using CancellationTokenRegistration faulty = run.Token.Register(static () => throw new InvalidOperationException("a faulty callback"));
        await fixture.CallAsync(ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = name });
        Assert.Equal((int)StatusCode.Cancelled, (await call.ResponseAsync()).Status.Code);
        await run.ObeyAsync();
        await Wait.UntilAsync(() => fixture.Log.At(LogLevel.Warning).Count > 0 && fixture.Host.Execution!.Running == 0, "a warning, and nothing runs");

        Assert.Contains("a faulty callback", Assert.Single(fixture.Log.At(LogLevel.Warning)).Exception!.ToString(), StringComparison.Ordinal);
        Assert.Empty(fixture.Log.At(LogLevel.Error));
        Assert.Equal(0, (await RunNextAsync(fixture)).Status.Code);
    }

    [Fact]
    public async Task Priorities_TheLowerTheSooner_EqualInOrder()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1 });
        using ExecutionCall busy = fixture.Execute(fixture.PutAction());
        FakeRun run = await fixture.Runner.NextAsync();
        List<ExecutionCall> calls = [];
        List<Digest> actions = [];
        foreach (int priority in new[] { 0, 10, -5, 0 })
        {
            actions.Add(fixture.PutAction());
            calls.Add(fixture.Execute(actions[^1], request => request.ExecutionPolicy = new() { Priority = priority }));
            await calls[^1].ReachAsync(Stage.Queued);
        }

        // A merged request that is more urgent hastens the action.
        actions.Add(fixture.PutAction());
        calls.Add(fixture.Execute(actions[^1], request => request.ExecutionPolicy = new() { Priority = 20 }));
        await calls[^1].ReachAsync(Stage.Queued);
        calls.Add(fixture.Execute(actions[^1], request => request.ExecutionPolicy = new() { Priority = -9 }));
        await calls[^1].ReachAsync(Stage.Queued);

        List<Digest> order = [];
        run.End();
        while (order.Count < actions.Count)
        {
            run = await fixture.Runner.NextAsync();
            order.Add(run.Action.Action);
            run.End();
        }

        Assert.Equal([actions[4], actions[2], actions[0], actions[3], actions[1]], order);
        calls.ForEach(static call => call.Dispose());
    }

    [Fact]
    public async Task FullQueue_RefusesNewActionsButNotEqualOnesNorCachedOnes()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 1, MaxQueued = 1 });
        Digest cached = fixture.PutAction();
        Assert.Equal(0, (await RunNextAsync(fixture, cached)).Status.Code);
        using ExecutionCall running = fixture.Execute(fixture.PutAction());
        FakeRun run = await fixture.Runner.NextAsync();
        Digest waiting = fixture.PutAction();
        using ExecutionCall queued = fixture.Execute(waiting);
        await queued.ReachAsync(Stage.Queued);

        using ExecutionCall refused = fixture.Execute(fixture.PutAction());
        string name = (await refused.NextAsync())!.Name;
        RpcException exception = await ServerFixture.FailsAsync(StatusCode.ResourceExhausted, refused.RestAsync);
        Assert.Contains("1 actions wait for 1 slots", exception.Message, StringComparison.Ordinal);
        using ExecutionCall wait = fixture.Wait(name);
        Assert.Equal((int)StatusCode.ResourceExhausted, (await wait.ResponseAsync()).Status.Code);

        using ExecutionCall equal = fixture.Execute(waiting);
        await equal.ReachAsync(Stage.Queued);
        Assert.True((await fixture.RunAsync(cached)).CachedResult);
        run.End();
        (await fixture.Runner.NextAsync()).End();
        Assert.Equal(0, (await equal.ResponseAsync()).Status.Code);
    }

    [Fact]
    public async Task TooManyOperations_OfOneActionEven_AreRefused()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { MaxOperations = 2 });
        Digest action = fixture.PutAction();
        using ExecutionCall first = fixture.Execute(action);
        using ExecutionCall second = fixture.Execute(action);
        await first.NextAsync();
        await second.NextAsync();
        Protos.Status status = await fixture.RefusedAsync(StatusCode.ResourceExhausted, action);
        Assert.Contains("2 operations", status.Message, StringComparison.Ordinal);

        (await fixture.Runner.NextAsync()).End();
        await first.RestAsync();
        await second.RestAsync();
        Assert.True((await fixture.RunAsync(action)).CachedResult);
    }

    [Fact]
    public async Task Slots_AreAllUsedAndNeverMore()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(options => options with { Slots = 3 });
        List<ExecutionCall> calls = [.. Enumerable.Range(0, 20).Select(_ => fixture.Execute(fixture.PutAction()))];
        List<FakeRun> running = [];
        for (int ended = 0; ended < calls.Count; ended++)
        {
            while (running.Count < Math.Min(3, calls.Count - ended))
            {
                running.Add(await fixture.Runner.NextAsync());
            }

            Assert.InRange(fixture.Host.Execution!.Running, 1, 3);
            running[0].End();
            running.RemoveAt(0);
        }

        foreach (ExecutionCall call in calls)
        {
            Assert.Equal(0, (await call.ResponseAsync()).Status.Code);
            call.Dispose();
        }

        Assert.Equal(20, fixture.Host.Execution!.Completed);
    }

    private static async Task<Protos.ExecuteResponse> RunNextAsync(ExecutionFixture fixture, Digest? action = null)
    {
        using ExecutionCall call = fixture.Execute(action ?? fixture.PutAction());
        (await fixture.Runner.NextAsync()).End();
        return await call.ResponseAsync();
    }
}
