using VirtualRoot.Linux;

namespace VirtualRoot.Special;

/// <summary>
/// One operation on a special node, run by <see cref="SpecialWorkers"/>. Three may want to answer it: the worker that ran
/// it, the deadline, and the caller's interrupt; whoever wins <see cref="TryClaim"/> answers, the others stay silent.
/// </summary>
public abstract class SpecialWork
{
    private int _claimed;

    /// <summary>Whether somebody has answered, or is about to.</summary>
    public bool IsClaimed => Volatile.Read(ref _claimed) != 0;

    /// <summary>What the operation may wait for in the kernel, as a number; 0: nothing. Of the operations that may wait for the
    /// same, one runs at a time, so that whatever is frozen holds one thread.</summary>
    public ulong Line { get; init; }

    /// <summary>The root that the operation is for; null: none in particular.</summary>
    public object? Root { get; init; }

    /// <summary>When the operation is given up, in <see cref="TimeProvider.GetTimestamp"/> units.</summary>
    internal long Deadline { get; set; }

    /// <summary>Takes the right to answer. True once: <see cref="Run"/> must undo what it did (a reference, a handle) when
    /// this is false.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>FUSE_INTERRUPT: answers EINTR unless an answer is under way. The operation itself may still run.</summary>
    public void Cancel()
    {
        if (TryClaim())
        {
            Fail(Errno.EINTR);
        }
    }

    /// <summary>The operation: do it, then <see cref="TryClaim"/>, then answer. Runs on a worker.</summary>
    protected internal abstract void Run();

    /// <summary>Answers without a result: EINTR (interrupted), ETIMEDOUT (past the deadline), EIO (<see cref="Run"/> threw).
    /// Called by whoever claimed; must not block.</summary>
    protected internal abstract void Fail(Errno errno);
}
