using VirtualRoot.Fuse;
using VirtualRoot.Linux;

namespace VirtualRoot.Special;

/// <summary>A FUSE request that an adapter answers from within its operation. The reply itself knows who came first, and
/// throws for the second: the right to answer cannot be claimed before the operation's own reply.</summary>
internal sealed class PendingWork(FusePendingReply pending, Action<FusePendingReply> work) : SpecialWork
{
    private CancellationTokenRegistration _interrupt;

    /// <summary>From now on an interrupt answers EINTR.</summary>
    public void ListenForInterrupt()
    {
        CancellationTokenRegistration interrupt = pending.Cancellation.UnsafeRegister(static state => ((PendingWork)state!).Cancel(), this);
        _interrupt = interrupt;
        if (IsClaimed)
        {
            interrupt.Unregister();
        }
    }

    /// <inheritdoc/>
    protected internal override void Run()
    {
        try
        {
            work(pending);
        }
        catch (InvalidOperationException) when (IsClaimed)
        {
            // The caller was answered ETIMEDOUT or EINTR meanwhile; there is nobody to tell.
        }

        TryClaim();
        _interrupt.Unregister();
    }

    /// <inheritdoc/>
    protected internal override void Fail(Errno errno)
    {
        try
        {
            pending.Reply(errno);
        }
        catch (InvalidOperationException)
        {
            // The operation ended at this very moment and has replied.
        }
    }
}
