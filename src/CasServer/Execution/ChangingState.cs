namespace VirtualRoot.CasServer.Execution;

/// <summary>A state that one side changes and others wait for. Who is slow sees the newest, and misses what was in between.</summary>
internal sealed class ChangingState<T>(T initial)
    where T : class
{
    private readonly Lock _gate = new();
    private T _current = initial;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public T Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Changes the state to what <paramref name="change"/> makes of it; null leaves it.</summary>
    /// <returns>Whether it was changed.</returns>
    public bool Change(Func<T, T?> change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (change(_current) is not { } next)
            {
                return false;
            }

            _current = next;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
        return true;
    }

    /// <summary>The state, once it is another than <paramref name="seen"/>.</summary>
    public async Task<T> NextAsync(T seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!ReferenceEquals(_current, seen))
                {
                    return _current;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
