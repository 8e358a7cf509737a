using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Linux;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

public sealed class SpecialWorkersTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Work_ThatEnds_AnswersOnceOnAThreadOfItsOwn()
    {
        using SpecialWorkers workers = new(NullLogger.Instance, new SpecialWorkersOptions { Patience = TimeSpan.FromMinutes(1), Deadline = TimeSpan.FromMinutes(1) });
        ConcurrentBag<string?> threads = [];
        Probe[] probes = [.. Enumerable.Range(0, 100).Select(_ => new Probe(() => threads.Add(Thread.CurrentThread.Name)))];
        Assert.All(probes, probe => Assert.Equal(Errno.Success, workers.TryRun(probe)));
        await Task.WhenAll(probes.Select(static probe => probe.Answer)).WaitAsync(s_patience);
        Assert.All(probes, static probe => Assert.Equal(1, probe.Answers));
        Assert.All(threads, static name => Assert.StartsWith("special-", name));
        Assert.InRange(threads.Distinct().Count(), 1, 4);
    }

    [Fact]
    public async Task Work_PastItsDeadline_IsTimedOutAndItsThreadReplaced()
    {
        using SpecialWorkers workers = new(NullLogger.Instance, new SpecialWorkersOptions { Threads = 1, MaxThreads = 2, Deadline = TimeSpan.FromSeconds(4) });
        using ManualResetEventSlim frozen = new();
        Probe stuck = new(frozen.Wait);
        Probe next = new(static () => { });
        workers.TryRun(stuck);
        Assert.Equal(Errno.ETIMEDOUT, await stuck.Answer.WaitAsync(s_patience));
        Assert.Equal(1, workers.Stuck);
        workers.TryRun(next);
        Assert.Equal(Errno.Success, await next.Answer.WaitAsync(s_patience));

        frozen.Set();
        Assert.True(SpinWait.SpinUntil(() => workers.Stuck == 0, s_patience));
        Assert.Equal(1, stuck.Answers);
        Probe last = new(static () => { });
        workers.TryRun(last);
        Assert.Equal(Errno.Success, await last.Answer.WaitAsync(s_patience));
    }

    [Fact]
    public async Task Work_BehindStuckThreadsOnly_IsTimedOutToo()
    {
        using SpecialWorkers workers = new(NullLogger.Instance, new SpecialWorkersOptions { Threads = 1, MaxThreads = 1, QueueLength = 2, Deadline = TimeSpan.FromSeconds(4) });
        using ManualResetEventSlim frozen = new();
        using ManualResetEventSlim begun = new();
        Probe stuck = new(() =>
        {
            begun.Set();
            frozen.Wait();
        });
        workers.TryRun(stuck);
        Assert.True(begun.Wait(s_patience));
        Probe second = new(static () => { });
        Probe third = new(static () => { });
        Probe fourth = new(static () => { });
        Assert.Equal(Errno.Success, workers.TryRun(second));
        Assert.Equal(Errno.Success, workers.TryRun(third));
        Assert.Equal(Errno.EAGAIN, workers.TryRun(fourth));
        Assert.Equal(Errno.ETIMEDOUT, await second.Answer.WaitAsync(s_patience));
        Assert.Equal(Errno.ETIMEDOUT, await third.Answer.WaitAsync(s_patience));
        Assert.Equal(0, fourth.Answers);
        frozen.Set();
    }

    [Fact]
    public async Task Work_OfOneLine_HoldsOneThreadAndWaitsForNobodyElse()
    {
        using SpecialWorkers workers = new(NullLogger.Instance, new SpecialWorkersOptions { Threads = 1, MaxThreads = 2, Deadline = TimeSpan.FromMinutes(1) });
        using ManualResetEventSlim frozen = new();
        int running = 0;
        Probe[] line = [.. Enumerable.Range(0, 50).Select(_ => new Probe(() =>
        {
            Interlocked.Increment(ref running);
            frozen.Wait();
        }) { Line = 7 })];
        Assert.All(line, probe => Assert.Equal(Errno.Success, workers.TryRun(probe)));
        Probe[] others = [new(static () => { }), new(static () => { }) { Line = 8 }, new(static () => { }) { Line = 8 }];
        Assert.All(others, probe => Assert.Equal(Errno.Success, workers.TryRun(probe)));
        await Task.WhenAll(others.Select(static probe => probe.Answer)).WaitAsync(s_patience);
        Assert.InRange(Volatile.Read(ref running), 0, 1);
        Assert.All(line, static probe => Assert.Equal(0, probe.Answers));

        frozen.Set();
        await Task.WhenAll(line.Select(static probe => probe.Answer)).WaitAsync(s_patience);
        Assert.Equal(50, running);
    }

    [Fact]
    public async Task Work_OfOneRoot_LeavesThreadsToTheOthers()
    {
        using SpecialWorkers workers = new(NullLogger.Instance, new SpecialWorkersOptions { Threads = 1, MaxThreads = 4, ThreadsOfARoot = 2, Deadline = TimeSpan.FromMinutes(5) });
        using ManualResetEventSlim frozen = new();
        int running = 0;
        object first = new();
        Probe[] stuck = [.. Enumerable.Range(1, 10).Select(line => new Probe(() =>
        {
            Interlocked.Increment(ref running);
            frozen.Wait();
        }) { Line = (ulong)line, Root = first })];
        Assert.All(stuck, probe => Assert.Equal(Errno.Success, workers.TryRun(probe)));
        Probe[] others = [.. Enumerable.Range(11, 10).Select(line => new Probe(static () => { }) { Line = (ulong)line, Root = new object() })];
        Assert.All(others, probe => Assert.Equal(Errno.Success, workers.TryRun(probe)));
        await Task.WhenAll(others.Select(static probe => probe.Answer)).WaitAsync(s_patience);
        Assert.True(SpinWait.SpinUntil(() => workers.Stuck == 2, s_patience));
        Assert.Equal(2, running);
        Assert.All(stuck, static probe => Assert.Equal(0, probe.Answers));

        frozen.Set();
        Assert.All(await Task.WhenAll(stuck.Select(static probe => probe.Answer)).WaitAsync(s_patience), static errno => Assert.Equal(Errno.Success, errno));
    }

    [Fact]
    public async Task Work_Interrupted_IsEintrAtOnce()
    {
        using SpecialWorkers workers = new(NullLogger.Instance);
        using ManualResetEventSlim frozen = new();
        Probe probe = new(frozen.Wait);
        workers.TryRun(probe);
        probe.Cancel();
        Assert.Equal(Errno.EINTR, await probe.Answer.WaitAsync(s_patience));
        frozen.Set();
        probe.Cancel();
        Assert.Equal(1, probe.Answers);
    }

    [Fact]
    public async Task Work_ThatThrows_IsEioAndTheThreadLives()
    {
        using SpecialWorkers workers = new(NullLogger.Instance, new SpecialWorkersOptions { Threads = 1 });
        Probe probe = new(static () => throw new InvalidDataException("a bug"));
        Probe next = new(static () => { });
        workers.TryRun(probe);
        workers.TryRun(next);
        Assert.Equal(Errno.EIO, await probe.Answer.WaitAsync(s_patience));
        Assert.Equal(Errno.Success, await next.Answer.WaitAsync(s_patience));
    }

    [Fact]
    public void Disposed_TakesNothing()
    {
        SpecialWorkers workers = new(NullLogger.Instance);
        workers.Dispose();
        Assert.Equal(Errno.EAGAIN, workers.TryRun(new Probe(static () => { })));
    }

    [Fact]
    public void Options_WithFaults_NameEveryOne()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => new SpecialWorkersOptions { Threads = 0, MaxThreads = -1, QueueLength = 0, ThreadsOfARoot = 0, Patience = TimeSpan.FromSeconds(-1), Deadline = TimeSpan.FromSeconds(-2) }.Validate());
        Assert.All((string[])["Threads is 0", "MaxThreads is -1", "QueueLength is 0", "ThreadsOfARoot is 0", "Patience is", "Deadline is"], part => Assert.Contains(part, fault.Message));
    }

    private sealed class Probe(Action operation) : SpecialWork
    {
        private readonly TaskCompletionSource<Errno> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _answers;

        public Task<Errno> Answer => _answer.Task;

        public int Answers => Volatile.Read(ref _answers);

        protected internal override void Run()
        {
            operation();
            if (TryClaim())
            {
                Take(Errno.Success);
            }
        }

        protected internal override void Fail(Errno errno) => Take(errno);

        private void Take(Errno errno)
        {
            Interlocked.Increment(ref _answers);
            _answer.TrySetResult(errno);
        }
    }
}
