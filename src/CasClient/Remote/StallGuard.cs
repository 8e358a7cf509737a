namespace VirtualRoot.CasClient.Remote;

/// <summary>Cancels a stream that stays silent for too long, whose caller has left, or whose connection is closed.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stall;
    private readonly CancellationTokenSource _either;

    public StallGuard(TimeSpan timeout, TimeProvider time, CancellationToken closing, CancellationToken cancellationToken)
    {
        _timeout = timeout;
        _stall = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stall.Token, closing, cancellationToken);
    }

    public CancellationToken Token => _either.Token;

    public bool HasStalled => _stall.IsCancellationRequested;

    /// <summary>Something moved.</summary>
    public void Touch() => _stall.CancelAfter(_timeout);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _stall.Dispose();
    }
}
