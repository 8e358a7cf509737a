using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>
/// Actions that wait for a slot, and those that have one. Equal actions are one task while it goes on, but for those that are
/// not to be cached. A task that nobody wants any more leaves the queue, or is cancelled; its slot is free once its runner has
/// really ended.
/// <para>One lock, never held across a runner, a callback or a change of a task's state.</para>
/// </summary>
internal sealed class ActionScheduler(ExecutionOptions options, TaskRunning running, ILogger logger, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Instance, Digest Action), ActionTask> _shared = [];
    private readonly PriorityQueue<ActionTask, (int Priority, long Sequence)> _queue = new();
    private readonly HashSet<ActionTask> _running = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;
    private long _completed;
    private long _merged;
    private bool _draining;

    /// <summary>What goes on.</summary>
    public ExecutionStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new ExecutionStatistics(options.Slots, _running.Count, _queue.Count, _completed, _merged);
            }
        }
    }

    /// <summary>Whether no more actions are taken.</summary>
    public bool IsDraining
    {
        get
        {
            lock (_gate)
            {
                return _draining;
            }
        }
    }

    /// <summary>The actions that have a slot, those that have had it longest first.</summary>
    public IReadOnlyList<PendingAction> Running
    {
        get
        {
            ActionTask[] running;
            lock (_gate)
            {
                running = [.. _running];
            }

            return [.. running.Select(Describe).OrderBy(static action => action.Metadata.WorkerStart)];
        }
    }

    public static ActionStatus ShuttingDown { get; } = new(StatusCode.Unavailable, "this server is shutting down: try again elsewhere or later");

    /// <summary>The run of an action: one that is under way, or a new one. Who joins it leaves it once.</summary>
    /// <exception cref="ActionRefusedException">RESOURCE_EXHAUSTED: the queue is full; UNAVAILABLE: no more are taken.</exception>
    public ActionTask Join(PreparedAction action, int priority)
    {
        ActionTask? task;
        List<ActionTask> started;
        lock (_gate)
        {
            if (_draining)
            {
                throw new ActionRefusedException(ShuttingDown);
            }

            if (!action.DoNotCache && _shared.TryGetValue((action.Instance, action.Action), out task))
            {
                _merged++;
                task.Participants++;
                Hasten(task, priority);
                return task;
            }

            if (_queue.Count >= options.MaxQueued && _running.Count >= options.Slots)
            {
                throw new ActionRefusedException(new ActionStatus(
                    StatusCode.ResourceExhausted, $"{_queue.Count} actions wait for {options.Slots} slots here, and no more may: try again later"));
            }

            task = new ActionTask(action, time.GetUtcNow()) { Participants = 1, Priority = priority, Sequence = _sequence++, IsQueued = true };
            _queue.Enqueue(task, (priority, task.Sequence));
            if (!action.DoNotCache)
            {
                _shared.Add((action.Instance, action.Action), task);
            }

            started = TakeSlots();
        }

        Start(started);
        return task;
    }

    /// <summary>The first <paramref name="most"/> of those that wait for a slot.</summary>
    public IReadOnlyList<PendingAction> Queued(int most)
    {
        (ActionTask Element, (int Priority, long Sequence) Priority)[] waiting;
        lock (_gate)
        {
            waiting = [.. _queue.UnorderedItems];
        }

        return [.. waiting.OrderBy(static item => item.Priority).Take(most).Select(static item => Describe(item.Element))];
    }

    /// <summary>An operation wants the task no more.</summary>
    public void Leave(ActionTask task)
    {
        bool wasQueued;
        lock (_gate)
        {
            if (--task.Participants > 0)
            {
                return;
            }

            wasQueued = task.IsQueued;
            Forget(task);
            if (wasQueued)
            {
                task.IsQueued = false;
                _queue.Remove(task, out _, out _);
            }
        }

        if (!wasQueued && task.State.Current.Response is null)
        {
            Observe(task.CancelAsync());
        }
    }

    /// <summary>Takes no more actions, gives up those that wait, and waits for those that run.</summary>
    /// <param name="cancellationToken">Cancels these, too, and waits for their end.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        List<ActionTask> waiting = [];
        lock (_gate)
        {
            _draining = true;
            while (_queue.TryDequeue(out ActionTask? task, out _))
            {
                task.IsQueued = false;
                Forget(task);
                waiting.Add(task);
            }

            if (_running.Count == 0)
            {
                _idle.TrySetResult();
            }
        }

        waiting.ForEach(task =>
        {
            options.Observer?.Refused(ShuttingDown.Code);
            task.State.Change(static state => state.Completed(TaskRunning.Failed(ShuttingDown)));
        });
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => CancelRunning(), null);
        await _idle.Task.ConfigureAwait(false);
    }

    private void CancelRunning()
    {
        ActionTask[] tasks;
        lock (_gate)
        {
            tasks = [.. _running];
        }

        foreach (ActionTask task in tasks)
        {
            Observe(task.CancelAsync());
        }
    }

    private void Hasten(ActionTask task, int priority)
    {
        if (task.IsQueued && priority < task.Priority)
        {
            task.Priority = priority;
            _queue.Remove(task, out _, out _);
            _queue.Enqueue(task, (priority, task.Sequence));
        }
    }

    private List<ActionTask> TakeSlots()
    {
        List<ActionTask> started = [];
        while (_running.Count < options.Slots && _queue.TryDequeue(out ActionTask? task, out _))
        {
            task.IsQueued = false;
            _running.Add(task);
            started.Add(task);
        }

        return started;
    }

    private void Start(List<ActionTask> tasks) => tasks.ForEach(task => Observe(Task.Run(() => RunAsync(task))));

    private async Task RunAsync(ActionTask task)
    {
        Protos.ExecuteResponse response = await running.RunAsync(task).ConfigureAwait(false);
        List<ActionTask> started;
        lock (_gate)
        {
            if (_draining && response.Status.Code == (int)StatusCode.Cancelled)
            {
                response = TaskRunning.Failed(ShuttingDown);
            }

            Forget(task);
            _running.Remove(task);
            _completed++;
            started = TakeSlots();
            if (_draining && _running.Count == 0)
            {
                _idle.TrySetResult();
            }
        }

        Start(started);
        options.Observer?.RunEnded((StatusCode)response.Status.Code, response.Result?.ExitCode, task.State.Current.Metadata);
        task.State.Change(state => state.Completed(response));
    }

    private static PendingAction Describe(ActionTask task) => new(task.Action, task.State.Current.Metadata, task.Participants);

    private void Forget(ActionTask task)
    {
        if (_shared.TryGetValue((task.Action.Instance, task.Action.Action), out ActionTask? shared) && shared == task)
        {
            _shared.Remove((task.Action.Instance, task.Action.Action));
        }
    }

    // A callback that throws is a fault of whoever registered it: told, and no failure of the action.
    private void Observe(Task task) => task.ContinueWith(
        failed => logger.CallbackFailed(failed.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
