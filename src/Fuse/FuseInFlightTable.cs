using System.Collections.Concurrent;

namespace VirtualRoot.Fuse;

/// <summary>
/// The pending replies, for FUSE_INTERRUPT. Another thread may read an INTERRUPT before the thread that read its target
/// has deferred it; such an interrupt is remembered, as the protocol allows. (Answering EAGAIN, the other possibility,
/// would have to leave by the target's own descriptor, which the interrupt does not tell.) Most remembered interrupts
/// are for requests answered in the meantime; unique values are never used twice, so they only age.
/// Order that closes the race: a deferral adds itself, then looks for an early interrupt; an interrupt remembers itself,
/// then looks again for the deferral.
/// </summary>
internal sealed class FuseInFlightTable
{
    private const int EarlyCapacity = 64;

    private readonly ConcurrentDictionary<ulong, FusePendingReply> _pending = new();
    private readonly Lock _earlyLock = new();
    private readonly ulong[] _early = new ulong[EarlyCapacity]; // protected by _earlyLock; 0 is free: no request has it
    private int _earlyNext; // protected by _earlyLock
    private int _earlyCount; // written under _earlyLock, read without
    private volatile bool _closed;

    public int Count => _pending.Count;

    /// <summary>Whether <see cref="CancelAll"/> was called.</summary>
    public bool IsClosed => _closed;

    public void Add(FusePendingReply pending)
    {
        if (pending.Unique == 0)
        {
            return;
        }

        _pending[pending.Unique & ~FuseProtocol.UniqueResend] = pending;
        Interlocked.MemoryBarrier();
        if (_closed || (Volatile.Read(ref _earlyCount) != 0 && TakeEarly(pending.Unique & ~FuseProtocol.UniqueResend)))
        {
            pending.Cancel();
        }
    }

    public void Remove(FusePendingReply pending) => _pending.TryRemove(pending.Unique & ~FuseProtocol.UniqueResend, out _);

    public void Interrupt(ulong unique)
    {
        unique &= ~FuseProtocol.UniqueResend;
        if (_pending.TryGetValue(unique, out FusePendingReply? found))
        {
            found.Cancel();
            return;
        }

        RememberEarly(unique);
        if (_pending.TryGetValue(unique, out found) && TakeEarly(unique))
        {
            found.Cancel();
        }
    }

    /// <summary>Cancels everything pending, and from now on everything added.</summary>
    public void CancelAll()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        foreach (FusePendingReply pending in _pending.Values)
        {
            pending.Cancel();
        }
    }

    private void RememberEarly(ulong unique)
    {
        lock (_earlyLock)
        {
            if (_early[_earlyNext] == 0)
            {
                Volatile.Write(ref _earlyCount, _earlyCount + 1);
            }

            _early[_earlyNext] = unique;
            _earlyNext = (_earlyNext + 1) % EarlyCapacity;
        }

        Interlocked.MemoryBarrier();
    }

    private bool TakeEarly(ulong unique)
    {
        lock (_earlyLock)
        {
            int index = Array.IndexOf(_early, unique);
            if (index < 0)
            {
                return false;
            }

            _early[index] = 0;
            Volatile.Write(ref _earlyCount, _earlyCount - 1);
            return true;
        }
    }
}
