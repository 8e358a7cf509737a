using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>
/// Sends the replies of one channel, from any thread, and gives back what the kernel did not take: a reply that fails
/// with ENOENT belongs to a request that was interrupted before it was answered, so the lookup count and the open
/// handle that it carried exist on our side only.
/// </summary>
internal sealed partial class FuseReplyPort(FuseChannel channel, FuseSessionContext context)
{
    private FusePendingReply? _deferred;

    private static int HeaderSize => Unsafe.SizeOf<FuseOutHeader>();

    public FuseSessionContext Context { get; } = context;

    public FuseChannel Channel { get; } = channel;

    /// <summary>Whether the request in hand was deferred. For the reader thread alone.</summary>
    public bool HasDeferred => _deferred is not null;

    /// <summary>A new request is in hand. For the reader thread alone.</summary>
    public void ForgetDeferred() => _deferred = null;

    /// <summary>Whether the request in hand is still to be answered here: it was not deferred, or its deferral is not answered and now never will be. For the reader thread alone.</summary>
    public bool TakeOverDeferred() => _deferred?.TryTakeTurn() ?? true;

    public FusePendingReply Defer(in FuseInHeader header)
    {
        FusePendingReply pending = new(this, in header);
        _deferred = pending;
        Context.InFlight.Add(pending);
        return pending;
    }

    public void SendErrno(in FuseInHeader request, Errno errno)
    {
        if (errno != Errno.Success)
        {
            Context.Statistics.CountError(request.Opcode);
        }

        FuseOutHeader header = new() { Len = (uint)HeaderSize, Error = -(int)errno, Unique = request.Unique };
        Send(in request, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header)));
    }

    public bool SendStruct<T>(in FuseInHeader request, in T body)
        where T : unmanaged
    {
        Span<byte> message = stackalloc byte[HeaderSize + Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(message[HeaderSize..], in body);
        return SendMessage(in request, message);
    }

    public void SendEntry(in FuseInHeader request, in FuseEntryOut entry)
    {
        if (!SendStruct(in request, in entry))
        {
            GiveBackEntry(in entry);
        }
    }

    public void SendOpen(in FuseInHeader request, in FuseOpenOut open)
    {
        if (!SendStruct(in request, in open))
        {
            GiveBackOpen(in request, request.NodeId, in open);
        }
    }

    public void SendCreate(in FuseInHeader request, in FuseEntryOut entry, in FuseOpenOut open)
    {
        if (!SendStruct(in request, new FuseCreateOut { Entry = entry, Open = open }))
        {
            GiveBackOpen(in request, entry.NodeId, in open);
            GiveBackEntry(in entry);
        }
    }

    public void SendCopied(in FuseInHeader request, ulong copied)
    {
        if (request.Opcode == FuseOpcode.COPY_FILE_RANGE_64)
        {
            SendStruct(in request, new FuseCopyFileRangeOut { BytesCopied = copied });
        }
        else
        {
            SendStruct(in request, new FuseWriteOut { Size = (uint)Math.Min(copied, uint.MaxValue) });
        }
    }

    /// <summary>Sends data that lie elsewhere than behind room for a header.</summary>
    public void SendData(in FuseInHeader request, ReadOnlySpan<byte> data)
    {
        FuseOutHeader header = new() { Len = (uint)(HeaderSize + data.Length), Unique = request.Unique };
        CountData(in request, data.Length);
        int result = request.Unique == 0
            ? 0
            : Channel.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header)), data);
        if (!Taken(in request, result))
        {
            GiveBackEntries(in request, data);
        }
    }

    /// <summary>Fills in the header of a message that has room for it, and sends it. False if the kernel did not take it.</summary>
    public bool SendMessage(in FuseInHeader request, Span<byte> message)
    {
        FuseOutHeader header = new() { Len = (uint)message.Length, Unique = request.Unique };
        MemoryMarshal.Write(message, in header);
        CountData(in request, message.Length - HeaderSize);
        bool taken = Send(in request, message);
        if (!taken)
        {
            GiveBackEntries(in request, message[HeaderSize..]);
        }

        return taken;
    }

    private bool Send(in FuseInHeader request, ReadOnlySpan<byte> message) =>
        request.Unique == 0 || Taken(in request, Channel.Write(message));

    private bool Taken(in FuseInHeader request, int result)
    {
        switch ((Errno)(-result))
        {
            case Errno.Success:
                return true;
            case Errno.ENOENT: // interrupted: nobody waits for this reply
                return false;
            case Errno.ENODEV: // unmounted
            case Errno.ECONNABORTED: // the connection was aborted
            case Errno.EPERM: // aborted before INIT was done
                return false;
            case Errno errno:
                FuseLog.ReplyRefused(Context.Logger, request.Opcode, request.NodeId, errno);
                return false;
        }
    }

    private void CountData(in FuseInHeader request, int length)
    {
        if (request.Opcode == FuseOpcode.READ)
        {
            Context.Statistics.CountRead(length);
        }
    }
}
