namespace VirtualRoot.Serve.Tests;

/// <summary>The server of all tests that do nothing to it; started by the first of them.</summary>
public sealed class SharedWorker : IAsyncLifetime
{
    private readonly Lazy<ServedWorker> _worker = new(static () => ServedWorker.Start("--slots", "2"));

    internal ServedWorker Worker => _worker.Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_worker.IsValueCreated)
        {
            await _worker.Value.DisposeAsync();
        }
    }
}
