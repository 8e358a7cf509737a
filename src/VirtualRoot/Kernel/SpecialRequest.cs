using VirtualRoot.Fuse;
using VirtualRoot.Linux;
using VirtualRoot.Special;

namespace VirtualRoot.Kernel;

/// <summary>
/// A request on a special node, for the special workers. The operation returns what is to be done with its result: with
/// the reply, if nobody has answered meanwhile, or with null after the deadline or an interrupt: a reference or an open
/// file that nobody takes is then given back.
/// </summary>
internal sealed class SpecialRequest(FusePendingReply pending, Func<FusePendingReply, Action<FusePendingReply?>> operation) : SpecialWork
{
    private CancellationTokenRegistration _interrupt;

    /// <summary>Queues the request; a full queue is answered at once.</summary>
    public void Start(SpecialWorkers workers)
    {
        Errno errno = workers.TryRun(this);
        if (errno != Errno.Success)
        {
            pending.Reply(errno);
            return;
        }

        CancellationTokenRegistration interrupt = pending.Cancellation.UnsafeRegister(static state => ((SpecialRequest)state!).Cancel(), this);
        _interrupt = interrupt;
        if (IsClaimed)
        {
            interrupt.Unregister();
        }
    }

    /// <inheritdoc/>
    protected internal override void Run()
    {
        Action<FusePendingReply?> finish = operation(pending);
        finish(TryClaim() ? pending : null);
        _interrupt.Unregister();
    }

    /// <inheritdoc/>
    protected internal override void Fail(Errno errno) => pending.Reply(errno);
}
