using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;
using Stage = VirtualRoot.CasClient.Protos.ExecutionStage.Types.Value;

namespace VirtualRoot.CasServer.Execution;

/// <summary>
/// What one Execute call asked for, under a name by which others can ask for it: the lookup in the action cache, then a share
/// in a task. It ends once. Without anybody who waits for it, it is cancelled after a grace.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source has no timer and no wait handle: nothing wants disposing of, and late cancellations must not fail. The timer is disposed of at the end.")]
internal sealed class ExecutionOperation
{
    private readonly OperationContext _context;
    private readonly Protos.ExecuteRequest _request;
    private readonly Lock _gate = new();
    private readonly ITimer _grace;
    private readonly CancellationTokenSource _cancellation = new();
    private int _waiters;
    private ActionStatus? _cancelledFor;

    public ExecutionOperation(OperationContext context, PreparedAction action, Protos.ExecuteRequest request, long sequence)
    {
        _context = context;
        _request = request;
        Sequence = sequence;
        Name = $"operations/{Guid.NewGuid():D}";
        Action = action with { Operation = Name };
        _grace = context.Time.CreateTimer(_ => EndGrace(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Its name, which cannot be guessed.</summary>
    public string Name { get; }

    /// <summary>Its place in the order in which operations were made.</summary>
    public long Sequence { get; }

    /// <summary>What it is about.</summary>
    public PreparedAction Action { get; }

    /// <summary>How far it is.</summary>
    public ChangingState<ExecutionState> State { get; } = new(new ExecutionState(Stage.CacheCheck, new ExecutionMetadata()));

    public bool IsDone => State.Current.Response is not null;

    /// <summary>Goes to work; <paramref name="ended"/> is told of the end, once.</summary>
    public void Start(Action<ExecutionOperation> ended) => _ = RunAsync(ended);

    /// <summary>Somebody waits, until the result is disposed of.</summary>
    public IDisposable Wait()
    {
        lock (_gate)
        {
            _waiters++;
            _grace.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return new OperationWait(EndWait);
    }

    /// <summary>Ends it, if it has not ended; its task goes on as long as another operation wants it.</summary>
    public void Cancel(ActionStatus why)
    {
        lock (_gate)
        {
            _cancelledFor ??= why;
        }

        _ = _cancellation.CancelAsync(); // nothing but our own waits hangs on it, which do not throw
    }

    private void EndWait()
    {
        lock (_gate)
        {
            if (--_waiters == 0 && !IsDone)
            {
                _grace.Change(_context.Options.WaiterGrace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void EndGrace()
    {
        lock (_gate)
        {
            if (_waiters > 0)
            {
                return;
            }
        }

        Cancel(new ActionStatus(StatusCode.Cancelled, $"nobody waited for {Name} for {_context.Options.WaiterGrace}"));
    }

    private async Task RunAsync(Action<ExecutionOperation> ended)
    {
        ExecutionState last;
        try
        {
            last = await FindAsync().ConfigureAwait(false) is { } found
                ? State.Current.Completed(new Protos.ExecuteResponse { Result = found, CachedResult = true, Status = StatusMessage.From(ActionStatus.Ok), Message = string.Join('\n', Action.Platform.Notes) })
                : await FollowAsync().ConfigureAwait(false);
        }
        catch (ActionRefusedException exception)
        {
            _context.Options.Observer?.Refused(exception.Status.Code);
            last = State.Current.Completed(TaskRunning.Failed(exception.Status)) with { Refusal = exception.Status };
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            last = State.Current.Completed(TaskRunning.Failed(_cancelledFor!));
        }
        catch (Exception exception)
        {
            _context.Logger.OperationFailed(Name, Action.Action, exception);
            last = State.Current.Completed(TaskRunning.Failed(new ActionStatus(StatusCode.Internal, $"{Name} failed; the server's log has the cause")));
        }

        // Told first: who sees the end may ask for its deletion at once.
        _grace.Dispose();
        ended(this);
        State.Change(_ => last);
    }

    private async Task<Protos.ActionResult?> FindAsync()
    {
        if (_request.SkipCacheLookup || Action.DoNotCache)
        {
            return null;
        }

        try
        {
            Protos.ActionResult? found = await _context.Cache.FindAsync(Action.Instance, Action.Action, _cancellation.Token).ConfigureAwait(false);
            _context.Options.Observer?.CacheAsked(found is not null);
            return found;
        }
        catch (CasException exception)
        {
            // A cache that cannot be asked costs time, and no build.
            _context.Logger.ResultNotFound(Action.Action, exception);
            return null;
        }
    }

    private async Task<ExecutionState> FollowAsync()
    {
        ActionTask task = _context.Scheduler.Join(Action, _request.ExecutionPolicy?.Priority ?? 0);
        try
        {
            ExecutionState state = task.State.Current;
            while (state.Response is null)
            {
                ExecutionState shown = state;
                State.Change(_ => shown);
                state = await task.State.NextAsync(state, _cancellation.Token).ConfigureAwait(false);
            }

            return state;
        }
        finally
        {
            _context.Scheduler.Leave(task);
        }
    }
}
