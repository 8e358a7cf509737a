namespace VirtualRoot.Worker;

/// <summary>A running action.</summary>
public sealed class ActionProcess : IAsyncDisposable
{
    private const int SIGKILL = 9;
    private const int SIGSTOP = 19;
    private const int LargestSignal = 64;

    // vroot-init kills its processes within milliseconds; one that needs longer is stuck, and is killed itself.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ActionOptions _options;
    private readonly SpawnedInit? _init;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer? _timeLimit;
    private readonly ITimer? _lastResort;
    private volatile bool _killed;
    private volatile bool _timedOut;

    internal ActionProcess(ActionOptions options, SpawnedInit init, TimeProvider time, long start)
    {
        _options = options;
        _init = init;
        _time = time;
        _start = start;
        _lastResort = time.CreateTimer(_ => init.KillHard(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Completion = CompleteAsync(init);
        if (options.Timeout is { } limit)
        {
            _timeLimit = time.CreateTimer(_ => OnTimeLimit(limit), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timeLimit.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    private ActionProcess(ActionOptions options, InitReport report)
    {
        _options = options;
        _time = TimeProvider.System;
        Completion = Task.FromResult(OutcomeReading.Read(options, new InitEnd(report, 0, default), false, false, default));
    }

    /// <summary>
    /// The action's init process as this process sees it: PID 1 of the action's PID namespace, the ancestor of
    /// all its processes. 0 when the action failed before it had one.
    /// </summary>
    public int InitPid { get; private set; }

    /// <summary>Completes when the command has ended and nothing that it started is alive.</summary>
    public Task<ActionOutcome> Completion { get; }

    /// <summary>Sends a signal to the command (with a session of its own: to its process group).</summary>
    /// <param name="signal">1 to 64, but for SIGKILL, which is <see cref="Kill"/>, and SIGSTOP, which nobody can forward (SIGTSTP stops).</param>
    /// <returns>false when the action has ended already.</returns>
    public bool Signal(int signal)
    {
        if (signal is < 1 or SIGKILL or SIGSTOP or > LargestSignal)
        {
            throw new ArgumentOutOfRangeException(nameof(signal), signal, "cannot be forwarded: Kill() kills, SIGTSTP stops");
        }

        return _init is not null && _init.Signal(signal);
    }

    /// <summary>Kills everything. <see cref="Completion"/> tells when it is gone.</summary>
    public void Kill()
    {
        _killed = true;
        End();
    }

    /// <summary>Kills what still runs, waits for its end, and closes all.</summary>
    /// <returns>When nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Completion.ConfigureAwait(false);
        _timeLimit?.Dispose();
        _lastResort?.Dispose();
        _init?.Dispose();
    }

    internal static ActionProcess OfFailedSpawn(ActionOptions options, InitReport report) => new(options, report);

    internal async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Kill);
        InitPid = await _init!.Started.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void OnTimeLimit(TimeSpan limit)
    {
        TimeSpan left = limit + (_options.ExcludedTime?.Invoke() ?? default) - _time.GetElapsedTime(_start);
        if (left > TimeSpan.Zero)
        {
            _timeLimit?.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        _timedOut = true;
        End();
    }

    private void End()
    {
        if (_init is { } init && !init.Ended.IsCompleted)
        {
            _lastResort?.Change(s_patience, Timeout.InfiniteTimeSpan);
            init.CloseLife();
        }
    }

    private async Task<ActionOutcome> CompleteAsync(SpawnedInit init)
    {
        InitEnd end = await init.Ended.ConfigureAwait(false);
        _lastResort?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timeLimit?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return OutcomeReading.Read(_options, end, _timedOut, _killed, _time.GetElapsedTime(_start));
    }
}
