namespace VirtualRoot.CasClient.Uploads;

/// <summary>Parts of one job that run at the same time: the first to fail stops the others.</summary>
internal sealed class ConcurrentParts(CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<Task> _parts = [];

    /// <summary>Starts a part, whose token ends it when another has failed.</summary>
    public void Start(Func<CancellationToken, Task> part) => _parts.Add(Task.Run(() => GuardAsync(part), CancellationToken.None));

    /// <summary>Waits for all. What failed matters, not that the others were cancelled because of it.</summary>
    public async Task Completion()
    {
        try
        {
            await Task.WhenAll(_parts);
        }
        catch (Exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Exception? cause = _parts.SelectMany(part => part.Exception?.InnerExceptions ?? Enumerable.Empty<Exception>())
                .FirstOrDefault(exception => exception is not OperationCanceledException);
            if (cause is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            }

            throw;
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task GuardAsync(Func<CancellationToken, Task> part)
    {
        try
        {
            await part(_stop.Token);
        }
        catch
        {
            await _stop.CancelAsync();
            throw;
        }
    }
}
