namespace VirtualRoot.Special;

/// <summary>Bounds of <see cref="SpecialWorkers"/>.</summary>
public sealed record SpecialWorkersOptions
{
    /// <summary>Threads that run operations. Four keep two cores busy while one waits in the kernel.</summary>
    public int Threads { get; init; } = 4;

    /// <summary>Threads in all, those included that are stuck in the kernel and were replaced. A frozen process holds one for
    /// each of its entries that is being read, some ten at most.</summary>
    public int MaxThreads { get; init; } = 64;

    /// <summary>Threads that one root's operations may hold which may wait for frozen processes: the roots of a mount share
    /// the threads.</summary>
    public int ThreadsOfARoot { get; init; } = 24;

    /// <summary>How long a thread may take until another takes its place: a hundred times what an operation takes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Operations that wait for a thread; more are refused.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>How long an operation may take, its waiting included, until its caller is answered ETIMEDOUT.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws when a bound makes no sense; names every fault.</summary>
    public void Validate()
    {
        List<string> faults = [];
        if (Threads < 1)
        {
            faults.Add($"{nameof(Threads)} is {Threads}: at least 1 is needed");
        }

        if (MaxThreads < Threads)
        {
            faults.Add($"{nameof(MaxThreads)} is {MaxThreads}: it must not be below {nameof(Threads)}");
        }

        if (ThreadsOfARoot < 1)
        {
            faults.Add($"{nameof(ThreadsOfARoot)} is {ThreadsOfARoot}: at least 1 is needed");
        }

        if (QueueLength < 1)
        {
            faults.Add($"{nameof(QueueLength)} is {QueueLength}: at least 1 is needed");
        }

        if (Patience <= TimeSpan.Zero)
        {
            faults.Add($"{nameof(Patience)} is {Patience}: it must be positive");
        }

        if (Deadline < Patience)
        {
            faults.Add($"{nameof(Deadline)} is {Deadline}: it must not be below {nameof(Patience)}");
        }

        if (faults.Count != 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }
    }
}
