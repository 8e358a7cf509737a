using Microsoft.Extensions.Logging;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>
/// A reply that comes later. Exactly one of the reply methods is called, once, on any thread; a second call throws.
/// The reply leaves by the descriptor that the request was read from, which this object keeps alive.
/// </summary>
#pragma warning disable CA1001 // A token source without a timer or a wait handle holds nothing to release.
public sealed partial class FusePendingReply
#pragma warning restore CA1001
{
    private readonly FuseReplyPort _port;
    private readonly FuseInHeader _header;
    private readonly CancellationTokenSource _cancellation = new();
    private int _answered;

    internal FusePendingReply(FuseReplyPort port, in FuseInHeader header)
    {
        _port = port;
        _header = header;
    }

    /// <summary>Cancelled when the caller no longer waits (FUSE_INTERRUPT) and when the session ends. The reply is due all the same: EINTR, if nothing better.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Whether the session is ending: then there is nobody to answer.</summary>
    public bool SessionEnds => _port.Context.InFlight.IsClosed;

    /// <summary>Names the request on its connection.</summary>
    public ulong Unique => _header.Unique;

    /// <summary>The node asked about.</summary>
    public ulong NodeId => _header.NodeId;

    /// <summary>The caller's file-system user id.</summary>
    public uint Uid => _header.Uid;

    /// <summary>The caller's file-system group id.</summary>
    public uint Gid => _header.Gid;

    /// <summary>The calling thread's id, or 0.</summary>
    public uint Pid => _header.Pid;

    /// <summary>What is asked.</summary>
    public FuseOpcode Opcode => _header.Opcode;

    /// <summary>Whether a reply method was called.</summary>
    internal bool IsAnswered => Volatile.Read(ref _answered) != 0;

    /// <summary>
    /// Ties the reply to a task that calls one of the reply methods itself. If the task faults, the exception is
    /// logged once and answered by <see cref="FuseSessionOptions.ExceptionMapper"/> or EIO; if it was cancelled, EINTR;
    /// if it ends without a reply, that is logged as a bug and answered EIO.
    /// </summary>
    public void CompleteWith(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.IsCompleted)
        {
            Settle(task);
        }
        else
        {
            task.ContinueWith(
                static (ended, state) => ((FusePendingReply)state!).Settle(ended),
                this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Signals <see cref="Cancellation"/> on a pool thread: what is registered there may run for long.</summary>
    internal void Cancel() => ThreadPool.UnsafeQueueUserWorkItem(
        static pending =>
        {
            try
            {
                pending._cancellation.Cancel();
            }
            catch (AggregateException exception)
            {
                FuseLog.CancellationFailed(pending._port.Context.Logger, exception, pending.Opcode, pending.NodeId);
            }
        },
        this, preferLocal: false);

    /// <summary>Whether the caller is the one who answers.</summary>
    internal bool TryTakeTurn()
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return false;
        }

        _port.Context.InFlight.Remove(this);
        return true;
    }

    private void Settle(Task task)
    {
        ILogger logger = _port.Context.Logger;
        if (task.IsCanceled)
        {
            SettleWith(Errno.EINTR);
        }
        else if (task.Exception is { } exception)
        {
            Exception cause = exception.InnerExceptions.Count == 1 ? exception.InnerException! : exception;
            SettleWith(_port.Context.ErrnoOf(cause, Opcode, NodeId));
        }
        else if (!IsAnswered)
        {
            FuseLog.NoReply(logger, Opcode, NodeId);
            SettleWith(Errno.EIO);
        }
    }

    private void SettleWith(Errno errno)
    {
        if (TryTakeTurn())
        {
            _port.SendErrno(in _header, errno);
        }
    }

    private void TakeTurn()
    {
        if (!TryTakeTurn())
        {
            throw new InvalidOperationException($"{Opcode} of node {NodeId} was answered already");
        }
    }
}
