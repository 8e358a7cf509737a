using VirtualRoot.CasClient;

namespace VirtualRoot.CasServer.Execution;

/// <summary>How actions are taken and run.</summary>
public sealed record ExecutionOptions
{
    /// <summary><see cref="DefaultTimeout"/>, where nothing is said: an hour.</summary>
    public static readonly TimeSpan UsualTimeout = TimeSpan.FromHours(1);

    /// <summary><see cref="MaxTimeout"/>, where nothing is said: a day.</summary>
    public static readonly TimeSpan UsualMaxTimeout = TimeSpan.FromHours(24);

    /// <summary>What runs them; stays its owner's.</summary>
    public required IActionRunner Runner { get; init; }

    /// <summary>Where their messages, inputs and results are; stays its owner's. With an endpoint its CAS and action cache are
    /// used, and those of this server are not served.</summary>
    public required CasSession Cas { get; init; }

    /// <summary>The name that results tell as their worker's.</summary>
    public string WorkerName { get; init; } = Environment.MachineName;

    /// <summary>Actions run at once.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>Actions that may wait for a slot; beyond them is RESOURCE_EXHAUSTED.</summary>
    public int MaxQueued { get; init; } = 10_000;

    /// <summary>Operations that may be under way, several for one action where clients ask for the same.</summary>
    public int MaxOperations { get; init; } = 50_000;

    /// <summary>How long an operation that nobody waits for goes on: a client whose connection broke comes back by WaitExecution.</summary>
    public TimeSpan WaiterGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Finished operations that can still be asked for.</summary>
    public int MaxFinished { get; init; } = 1_000;

    /// <summary>How long they can.</summary>
    public TimeSpan FinishedAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The time limit of an action that states none.</summary>
    public TimeSpan DefaultTimeout { get; init; } = UsualTimeout;

    /// <summary>The longest time limit that an action may state.</summary>
    public TimeSpan MaxTimeout { get; init; } = UsualMaxTimeout;

    /// <summary>What unknown platform properties do.</summary>
    public UnknownProperties UnknownProperties { get; init; }

    /// <summary>Bytes of outputs that one response may have in it where its client wants them inlined.</summary>
    public int MaxInlineBytes { get; init; } = 1024 * 1024;

    /// <summary>Told what becomes of actions; null for nobody.</summary>
    public IExecutionObserver? Observer { get; init; }

    internal IEnumerable<string> Faults()
    {
        if (Slots < 1)
        {
            yield return $"{Slots} slots: at least 1 is needed";
        }

        if (MaxQueued < 0 || MaxOperations < 1 || MaxFinished < 0)
        {
            yield return $"bounds of {MaxQueued} queued actions, {MaxOperations} operations and {MaxFinished} finished ones: none is negative, and one operation is needed";
        }

        if (WaiterGrace < TimeSpan.Zero || FinishedAge < TimeSpan.Zero)
        {
            yield return $"a grace of {WaiterGrace} and finished operations kept for {FinishedAge}: neither is negative";
        }

        // As the launcher has it: a timer takes no more.
        if (DefaultTimeout <= TimeSpan.Zero || MaxTimeout < DefaultTimeout || MaxTimeout.TotalMilliseconds > int.MaxValue)
        {
            yield return $"time limits of {DefaultTimeout} by default and {MaxTimeout} at most: more than 0, the default not above the most, and the most below 24 days";
        }

        if (MaxInlineBytes is < 0 or > 16 * 1024 * 1024)
        {
            yield return $"{MaxInlineBytes} bytes inlined: between 0 and 16 MiB";
        }
    }
}
