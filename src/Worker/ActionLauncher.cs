namespace VirtualRoot.Worker;

/// <summary>
/// Starts actions, each under a vroot-init of its own: chrooted, limited, in its own namespaces, and gone
/// without a remainder when it ends, when it is killed, and when this process dies, however that happens.
/// </summary>
public sealed class ActionLauncher : IDisposable
{
    private readonly ProcessSpawner _spawner = new();
    private readonly string _initPath;
    private readonly TimeProvider _time;

    /// <summary>A launcher with a spawning thread of its own. One is enough for a daemon.</summary>
    /// <param name="initPath">vroot-init; null: as <see cref="VRootInit.Find"/> finds it.</param>
    /// <param name="time">The clock of time limits; null: the machine's.</param>
    /// <exception cref="FileNotFoundException">vroot-init is missing.</exception>
    public ActionLauncher(string? initPath = null, TimeProvider? time = null)
    {
        _initPath = VRootInit.Find(initPath);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>
    /// Starts an action. A command that cannot be executed is an outcome (<see cref="ActionOutcomeKind.ExecFailed"/>),
    /// no exception.
    /// </summary>
    /// <param name="options">What to run.</param>
    /// <param name="cancellationToken">Kills the action if it has not started yet.</param>
    /// <returns>The action, to be disposed of; its command runs, or has failed to.</returns>
    /// <exception cref="ArgumentException">The options cannot be run.</exception>
    public async Task<ActionProcess> StartAsync(ActionOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        long start = _time.GetTimestamp();
        SpawnAttempt attempt = await _spawner.SpawnAsync(options, _initPath).ConfigureAwait(false);
        if (attempt.Init is not { } init)
        {
            return ActionProcess.OfFailedSpawn(options, InitReport.OfFailedSpawn(attempt.Error, attempt.What));
        }

        var process = new ActionProcess(options, init, _time, start);
        try
        {
            await process.WaitForStartAsync(cancellationToken).ConfigureAwait(false);
            return process;
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Kills every action that still runs, and waits for their end.</summary>
    public void Dispose() => _spawner.Dispose();
}
