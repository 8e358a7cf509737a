using System.Threading.Channels;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>A runner whose runs the test ends; or that answers at once, by <see cref="Answer"/>.</summary>
internal sealed class FakeRunner : IActionRunner
{
    private readonly Channel<FakeRun> _started = Channel.CreateUnbounded<FakeRun>();
    private int _runs;

    /// <summary>Answers a run; null: the test takes it by <see cref="NextAsync"/> and ends it.</summary>
    public Func<FakeRun, Task<ActionRun>>? Answer { get; set; }

    public int Runs => Volatile.Read(ref _runs);

    public static ActionRun Exited(int code = 0) => new() { Result = new ActionResult { ExitCode = code } };

    public async Task<ActionRun> RunAsync(PreparedAction action, IProgress<ExecutionMetadata> progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        FakeRun run = new(action, progress, cancellationToken);
        await _started.Writer.WriteAsync(run, CancellationToken.None);
        return await (Answer is { } answer ? answer(run) : run.Ended);
    }

    /// <summary>The next run to have started.</summary>
    public async Task<FakeRun> NextAsync() => await _started.Reader.ReadAsync().AsTask().WaitAsync(ExecutionFixture.Patience);
}
