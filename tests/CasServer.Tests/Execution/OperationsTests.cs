using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>google.longrunning Operations, and what is kept of the finished ones.</summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task GetOperation_RunningThenDone_TellsWhatTheStreamTells()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        Protos.Operation running = await call.ReachAsync(Stage.Executing);
        Assert.Equal(running, await GetAsync(fixture, running.Name));
        (await fixture.Runner.NextAsync()).End();
        Protos.Operation done = (await call.RestAsync())[^1];

        Assert.Equal(done, await GetAsync(fixture, running.Name));
    }

    [Fact]
    public async Task ListOperations_InPages_ShowsEachOnceInOrder()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        List<string> names = [];
        for (int i = 0; i < 7; i++)
        {
            using ExecutionCall call = fixture.Execute(fixture.PutAction());
            names.Add((await call.RestAsync())[^1].Name);
        }

        List<string> listed = [];
        string token = string.Empty;
        int pages = 0;
        do
        {
            Protos.ListOperationsResponse page = await fixture.CallAsync(
                ExecutionMethods.ListOperations, new Protos.ListOperationsRequest { Name = "operations", PageSize = 3, PageToken = token });
            listed.AddRange(page.Operations.Select(static operation => operation.Name));
            token = page.NextPageToken;
            pages++;
        }
        while (token.Length > 0);

        Assert.Equal(names, listed);
        Assert.Equal(3, pages);
        Assert.Equal(7, (await fixture.CallAsync(ExecutionMethods.ListOperations, new Protos.ListOperationsRequest())).Operations.Count);
    }

    [Theory]
    [InlineData("elsewhere", "", 0, "", StatusCode.NotFound)]
    [InlineData("", "done = true", 0, "", StatusCode.InvalidArgument)]
    [InlineData("", "", -1, "", StatusCode.InvalidArgument)]
    [InlineData("", "", 0, "x", StatusCode.InvalidArgument)]
    public async Task ListOperations_Malformed_IsRefused(string name, string filter, int pageSize, string token, StatusCode code)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        await ServerFixture.FailsAsync(code, () => fixture.CallAsync(
            ExecutionMethods.ListOperations, new Protos.ListOperationsRequest { Name = name, Filter = filter, PageSize = pageSize, PageToken = token }));
    }

    [Fact]
    public async Task DeleteOperation_OnlyOfWhatHasEnded()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        Task DeleteAsync() => fixture.CallAsync(ExecutionMethods.DeleteOperation, new Protos.DeleteOperationRequest { Name = name });
        await ServerFixture.FailsAsync(StatusCode.FailedPrecondition, DeleteAsync);
        (await fixture.Runner.NextAsync()).End();
        await call.RestAsync();
        await DeleteAsync();

        await ServerFixture.FailsAsync(StatusCode.NotFound, DeleteAsync);
        await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(fixture, name));
    }

    [Fact]
    public async Task CancelOperation_FinishedOrUnknown_ChangesNothing()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        Protos.Operation done = (await call.RestAsync())[^1];
        await fixture.CallAsync(ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = done.Name });

        Assert.Equal(done, await GetAsync(fixture, done.Name));
        await ServerFixture.FailsAsync(StatusCode.NotFound, () => fixture.CallAsync(
            ExecutionMethods.CancelOperation, new Protos.CancelOperationRequest { Name = "operations/x" }));
    }

    [Fact]
    public async Task WaitOperation_UntilTheTimeOrTheEnd()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.ReachAsync(Stage.Executing)).Name;
        Protos.Operation early = await WaitAsync(new Duration { Nanos = 20_000_000 });
        Task<Protos.Operation> late = WaitAsync(null);
        (await fixture.Runner.NextAsync()).End();

        Assert.False(early.Done);
        Assert.True((await late).Done);
        foreach (Duration bad in new[] { new Duration { Seconds = -1 }, new Duration { Seconds = long.MaxValue }, new Duration { Nanos = -1 } })
        {
            await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => WaitAsync(bad));
        }

        Task<Protos.Operation> WaitAsync(Duration? timeout) =>
            fixture.CallAsync(ExecutionMethods.WaitOperation, new Protos.WaitOperationRequest { Name = name, Timeout = timeout });
    }

    [Fact]
    public async Task FinishedOperations_AreKeptUpToTheirNumber()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync(options => options with { MaxFinished = 2 });
        List<string> names = [];
        for (int i = 0; i < 4; i++)
        {
            using ExecutionCall call = fixture.Execute(fixture.PutAction());
            names.Add((await call.RestAsync())[^1].Name);
        }

        await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(fixture, names[1]));
        Assert.True((await GetAsync(fixture, names[2])).Done);
        Assert.True((await GetAsync(fixture, names[3])).Done);
    }

    [Fact]
    public async Task FinishedOperations_AreKeptForTheirTime()
    {
        MovedClock clock = new();
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync(
            options => options with { FinishedAge = TimeSpan.FromMinutes(5) }, server: options => options with { TimeProvider = clock });
        fixture.Runner.Answer = _ => Task.FromResult(FakeRunner.Exited());
        using ExecutionCall call = fixture.Execute(fixture.PutAction());
        string name = (await call.RestAsync())[^1].Name;
        clock.Ahead = TimeSpan.FromMinutes(4);
        Assert.True((await GetAsync(fixture, name)).Done);
        clock.Ahead = TimeSpan.FromMinutes(20);

        await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(fixture, name));
        Assert.Empty((await fixture.CallAsync(ExecutionMethods.ListOperations, new Protos.ListOperationsRequest())).Operations);
    }

    private static Task<Protos.Operation> GetAsync(ExecutionFixture fixture, string name) =>
        fixture.CallAsync(ExecutionMethods.GetOperation, new Protos.GetOperationRequest { Name = name });

    private sealed class MovedClock : TimeProvider
    {
        private long _ahead;

        public TimeSpan Ahead
        {
            get => TimeSpan.FromTicks(Volatile.Read(ref _ahead));
            set => Volatile.Write(ref _ahead, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
