using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient.Results;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Execution;

/// <summary>One run of an action, for all operations that want it.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source has no timer and no wait handle: nothing wants disposing of, and late cancellations must not fail.")]
internal sealed class ActionTask(PreparedAction action, DateTimeOffset queued) : IProgress<ExecutionMetadata>
{
    private readonly CancellationTokenSource _cancellation = new();

    public PreparedAction Action { get; } = action;

    public ChangingState<ExecutionState> State { get; } = new(new ExecutionState(Stage.Queued, new ExecutionMetadata { Queued = queued }));

    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Operations that want it. Guarded by the scheduler's gate.</summary>
    public int Participants { get; set; }

    /// <summary>The most urgent that was asked for: the lower, the sooner. Guarded by the scheduler's gate.</summary>
    public int Priority { get; set; }

    /// <summary>Its place among those of its priority. Guarded by the scheduler's gate.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether it waits for a slot. Guarded by the scheduler's gate.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Cancels the run; what the runner hooked on to that runs elsewhere, and its failures come from the task.</summary>
    public Task CancelAsync() => _cancellation.CancelAsync();

    /// <summary>What the runner tells on the way. What the scheduler knows better stays.</summary>
    public void Report(ExecutionMetadata value) => State.Change(state => state.Stage == Stage.Executing
        ? state with { Metadata = value with { Worker = state.Metadata.Worker, Queued = state.Metadata.Queued, WorkerStart = state.Metadata.WorkerStart } }
        : null);
}
