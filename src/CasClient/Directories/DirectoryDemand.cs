namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// How many directories were asked for that were not in memory. Fetching ahead waits for it: while a program starts it would
/// take the processors and the connection from it, and bring nothing that it waits for.
/// </summary>
/// <param name="time">The clock of waiting.</param>
internal sealed class DirectoryDemand(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<(long Count, TaskCompletionSource Met)> _waiting = [];
    private long _count;

    /// <summary>Directories so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>One more.</summary>
    public void Add()
    {
        lock (_gate)
        {
            _count++;
            for (int i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Count <= _count)
                {
                    _waiting[i].Met.TrySetResult();
                    _waiting.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Waits until there were <paramref name="count"/>, and no longer than <paramref name="atMost"/>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task WaitAsync(long count, TimeSpan atMost, CancellationToken cancellationToken)
    {
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (count <= _count)
            {
                return;
            }

            _waiting.Add((count, met));
        }

        await met.Task.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Met == met);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
