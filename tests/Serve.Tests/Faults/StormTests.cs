using System.Globalization;
using System.Security.Cryptography;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Serve.Tests.Operations;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;
using Xunit.Abstractions;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>Many actions at once while the line between the worker and its CAS delays, changes and loses what passes.</summary>
/// <remarks>VROOT_SEED: the seed of all chance. VROOT_ACTION_SECONDS: how long it goes on at least; eng/soak has ten minutes.</remarks>
[Collection(ServeCollection.Name)]
public sealed class StormTests(ITestOutputHelper output) : IDisposable
{
    private const int LeastActions = 200;
    private const int AtOnce = 16;
    private const int WarmingUp = 32;
    private const int TerminatedStatus = 143;

    private readonly int _seed = Setting("VROOT_SEED", 20261129);
    private readonly TimeSpan _least = TimeSpan.FromSeconds(Setting("VROOT_ACTION_SECONDS", 0));
    private readonly string _mark = $"storm-{Guid.NewGuid():N}";
    private readonly TestDirectory _directory = new();
    private readonly StormCounts _counts = new();

    public void Dispose() => _directory.Dispose();

    [NeedsFuseFact("/bin/busybox")]
    public async Task Actions_WithFaultsBetweenWorkerAndCas_EndWithTheRightResultOrError_AndNothingIsLost()
    {
        output.WriteLine($"VROOT_SEED={_seed}");
        using ServedCas cas = new(PublishedTool.Find(_directory), _directory["cas"]);
        FaultPlan plan = new(_seed);
        await using FaultyLine line = new(cas.Address, plan);
        await using ServedWorker worker = ServedWorker.StartThrough(line.Address, cas.Address, "--slots", $"{AtOnce}", "--cas-timeout", "4s", "--cache-size", "256M", "--status-listen", "127.0.0.1:0");
        using StatusClient status = new(worker);

        await RunAsync(worker, _seed, number => number < WarmingUp);
        await CalmAsync(worker, plan);
        DaemonState before = await IdleAsync(worker);
        DaemonMemory memoryBefore = await DaemonMemory.OfAsync(status);
        output.WriteLine($"before: {memoryBefore}; {before}");

        plan.IsCalm = false;
        long begin = Environment.TickCount64;
        await RunAsync(worker, _seed + 1, number => number < LeastActions || Environment.TickCount64 - begin < _least.TotalMilliseconds);
        await CalmAsync(worker, plan);
        (DaemonState after, IReadOnlyList<string> lost) = await SettledAsync(worker, before);
        DaemonMemory memoryAfter = await DaemonMemory.OfAsync(status);
        output.WriteLine($"after:  {memoryAfter}; {after}");
        output.WriteLine($"{_counts}; faults: {plan.Counts}; {(Environment.TickCount64 - begin) / 1000} s");

        Assert.True(_counts.Faults.IsEmpty, string.Join('\n', _counts.Faults));
        Assert.Empty(lost);
        Assert.False(memoryAfter.HasGrownFrom(memoryBefore), $"memory grew from {memoryBefore} to {memoryAfter}; VROOT_SEED={_seed}");
        Assert.True(plan.Counts is { Delays: > 0, Resets: > 0, Corruptions: > 0, Outages: > 0 }, plan.Counts.ToString());
        // Faults that nothing survives would show nothing.
        Assert.True(_counts.Succeeded > _counts.Total / 4, _counts.ToString());

        worker.Terminate();
        Assert.Equal(TerminatedStatus, worker.WaitForExit().ExitCode);
        Assert.Empty(MountTable.Below(worker.Directory.Path));
        Assert.Empty(Directory.GetFileSystemEntries(worker.Directory["cache/scratch"]));
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private async Task RunAsync(ServedWorker worker, int seed, Func<int, bool> isWanted)
    {
        await Parallel.ForEachAsync(Numbers(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            FaultedAction action = FaultedAction.Make(new Random(unchecked((seed * 7919) + number)), number, worker, _mark, Damage);
            string? fault = await FaultOfAsync(worker, action);
            _counts.Add(action.Kind, fault is null ? null : $"{action.Kind} {action.Digest}: {fault} (VROOT_SEED={_seed})");
        });

        IEnumerable<int> Numbers()
        {
            for (int number = 0; isWanted(number); number++)
            {
                yield return number;
            }
        }
    }

    private async Task<string?> FaultOfAsync(ServedWorker worker, FaultedAction action)
    {
        bool succeeded = false;
        string? fault;
        try
        {
            Protos.ExecuteResponse? response = await EndOfAsync(worker, action);
            succeeded = response?.Status.Code == 0;
            fault = response is null ? null : action.FaultOf(response);
            _counts.AddEnd(action.Kind, response is null ? "left" : $"{(StatusCode)response.Status.Code}");
        }
        catch (RpcException exception)
        {
            fault = action.FaultOf(exception.StatusCode) is { } wrong ? $"{wrong}: {exception.Status.Detail}" : null;
            _counts.AddEnd(action.Kind, $"call {exception.StatusCode}");
        }

        return fault ?? await FaultOfCacheAsync(worker, action, succeeded);
    }

    private async Task<string?> FaultOfCacheAsync(ServedWorker worker, FaultedAction action, bool succeeded)
    {
        Protos.ActionResult? cached = await worker.FindResultAsync(action.Digest);
        return cached is null ? null
            : !succeeded || action.Kind == ActionKind.Failing ? $"the cache has a result of what failed: {cached}"
            : action.FaultOf(cached) is { } wrong ? $"in the cache: {wrong}"
            : null;
    }

    /// <summary>The response; null where the client has left.</summary>
    private static async Task<Protos.ExecuteResponse?> EndOfAsync(ServedWorker worker, FaultedAction action)
    {
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(action.Digest);
        if (action.Kind is not (ActionKind.Cancelled or ActionKind.Abandoned))
        {
            return await ServedWorker.EndAsync(call);
        }

        Assert.True(await call.ResponseStream.MoveNext(default).WaitAsync(ServedWorker.Patience));
        await Task.Delay(action.Patience);
        if (action.Kind == ActionKind.Abandoned)
        {
            return null;
        }

        await worker.CancelAsync(call.ResponseStream.Current.Name);
        return await ServedWorker.EndAsync(call);
    }

    /// <summary>No faults any more: the next actions end as they should.</summary>
    private async Task CalmAsync(ServedWorker worker, FaultPlan plan)
    {
        plan.IsCalm = true;
        for (long end = Environment.TickCount64 + 60_000; ;)
        {
            int number = RandomNumberGenerator.GetInt32(int.MaxValue);
            FaultedAction action = FaultedAction.Make(new Random(number), number, worker, _mark, Damage, ActionKind.Whole);
            Protos.ExecuteResponse? response = await TryAsync(worker, action);
            if (response?.Status.Code == 0)
            {
                Assert.Null(action.FaultOf(response));
                return;
            }

            // An outage that had begun may last for some seconds.
            Assert.True(Environment.TickCount64 < end, $"no action succeeds any more: {response}");
        }
    }

    private static async Task<Protos.ExecuteResponse?> TryAsync(ServedWorker worker, FaultedAction action)
    {
        try
        {
            return await worker.RunAsync(action.Digest);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.DataLoss)
        {
            return null;
        }
    }

    private Task<DaemonState> IdleAsync(ServedWorker worker) => Wait.ForAsync(
        () => Task.FromResult(DaemonState.Of(worker, _mark)),
        static state => state.IsIdle,
        static state => $"it does not come to rest: {state}; {string.Join(", ", state.Processes)}");

    /// <summary>The state once nothing is lost, or after a minute: abandoned actions have ten seconds.</summary>
    private async Task<(DaemonState State, IReadOnlyList<string> Lost)> SettledAsync(ServedWorker worker, DaemonState before)
    {
        for (long end = Environment.TickCount64 + 60_000; ;)
        {
            DaemonState state = DaemonState.Of(worker, _mark);
            IReadOnlyList<string> lost = state.LostSince(before);
            if (lost.Count == 0 || Environment.TickCount64 > end)
            {
                return (state, lost);
            }

            await Task.Delay(200);
        }
    }

    private void Damage(Digest blob)
    {
        string path = Assert.Single(Directory.GetFiles(_directory["cas"], $"{blob.HashHex}-*", SearchOption.AllDirectories));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, new byte[blob.SizeBytes]);
    }
}
