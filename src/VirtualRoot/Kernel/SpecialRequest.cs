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
    /// <summary>
    /// From FUSE_INTERRUPT to EINTR. The kernel sends it for any signal that the caller handles, and on procfs none ends an
    /// open, a lookup or a readlink: bash, whose child ended meanwhile, failed with EINTR in <c>source &lt;(…)</c>. What is
    /// answered within this time, as nearly everything is, knows of no interrupt; what is stuck still ends before its deadline.
    /// </summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

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

        CancellationTokenRegistration interrupt = pending.Cancellation.UnsafeRegister(static state => ((SpecialRequest)state!).OnInterrupt(), this);
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

    private void OnInterrupt()
    {
        if (pending.SessionEnds)
        {
            Cancel();
        }
        else
        {
            _ = CancelLaterAsync();
        }
    }

    private async Task CancelLaterAsync()
    {
        await Task.Delay(s_grace).ConfigureAwait(false);
        Cancel();
    }
}
