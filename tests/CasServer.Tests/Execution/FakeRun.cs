using VirtualRoot.CasClient.Results;
using VirtualRoot.CasServer.Execution;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>One run of a <see cref="FakeRunner"/>.</summary>
internal sealed class FakeRun(PreparedAction action, IProgress<ExecutionMetadata> progress, CancellationToken token)
{
    private readonly TaskCompletionSource<ActionRun> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PreparedAction Action => action;

    public CancellationToken Token => token;

    public Task<ActionRun> Ended => _end.Task;

    public void Report(ExecutionMetadata metadata) => progress.Report(metadata);

    public void End(ActionRun? run = null) => _end.SetResult(run ?? FakeRunner.Exited());

    public void Fail(Exception exception) => _end.SetException(exception);

    /// <summary>Waits for the cancellation and obeys it.</summary>
    public async Task ObeyAsync()
    {
        await CancelledAsync();
        Fail(new OperationCanceledException(token));
    }

    public async Task CancelledAsync()
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(ExecutionFixture.Patience);
    }
}
