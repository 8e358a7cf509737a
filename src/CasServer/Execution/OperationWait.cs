namespace VirtualRoot.CasServer.Execution;

/// <summary>Somebody's interest in an operation; ends once.</summary>
internal sealed class OperationWait(Action end) : IDisposable
{
    private Action? _end = end;

    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}
