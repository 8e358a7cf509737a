using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

public sealed partial class FusePendingReply
{
    /// <summary>A buffer for <see cref="ReplyData(FuseReplyBuffer, int)"/> with room for <paramref name="size"/> bytes.</summary>
    public static FuseReplyBuffer RentBuffer(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new FuseReplyBuffer(size);
    }

    /// <summary>Fails the request, or, with <see cref="Errno.Success"/>, answers one whose reply has no body (UNLINK, RENAME, FSYNC …).</summary>
    public void Reply(Errno errno)
    {
        TakeTurn();
        _port.SendErrno(in _header, errno);
    }

    /// <summary>Answers LOOKUP, MKNOD, MKDIR, SYMLINK, LINK. If the kernel did not take it, the session calls Forget.</summary>
    public void ReplyEntry(in FuseEntryOut entry)
    {
        TakeTurn();
        _port.SendEntry(in _header, in entry);
    }

    /// <summary>Answers GETATTR and SETATTR.</summary>
    public void ReplyAttributes(in FuseAttrOut attributes)
    {
        TakeTurn();
        _port.SendStruct(in _header, in attributes);
    }

    /// <summary>Answers OPEN and OPENDIR. If the kernel did not take it, the session calls Release.</summary>
    public void ReplyOpen(in FuseOpenOut open)
    {
        TakeTurn();
        _port.SendOpen(in _header, in open);
    }

    /// <summary>Answers CREATE and TMPFILE. If the kernel did not take it, the session calls Release and Forget.</summary>
    public void ReplyCreate(in FuseEntryOut entry, in FuseOpenOut open)
    {
        TakeTurn();
        _port.SendCreate(in _header, in entry, in open);
    }

    /// <summary>Answers READ, READLINK, READDIR, READDIRPLUS, GETXATTR and LISTXATTR (with the value); the bytes are used before this returns.</summary>
    public void ReplyData(ReadOnlySpan<byte> data)
    {
        TakeTurn();
        _port.SendData(in _header, data);
    }

    /// <summary>Answers like <see cref="ReplyData(ReadOnlySpan{byte})"/> with the first <paramref name="length"/> bytes of a rented buffer, which goes back to its pool.</summary>
    public void ReplyData(FuseReplyBuffer buffer, int length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        Span<byte> message = buffer.Message(length);
        TakeTurn();
        _port.SendMessage(in _header, message);
        buffer.Dispose();
    }

    /// <summary>Answers WRITE, and COPY_FILE_RANGE in its 32-bit form, with the bytes written.</summary>
    public void ReplyWritten(uint written)
    {
        TakeTurn();
        _port.SendStruct(in _header, new FuseWriteOut { Size = written });
    }

    /// <summary>Answers GETXATTR and LISTXATTR that were asked for the length alone.</summary>
    public void ReplyLength(uint length)
    {
        TakeTurn();
        _port.SendStruct(in _header, new FuseGetxattrOut { Size = length });
    }

    /// <summary>Answers LSEEK.</summary>
    public void ReplyOffset(ulong offset)
    {
        TakeTurn();
        _port.SendStruct(in _header, new FuseLseekOut { Offset = offset });
    }

    /// <summary>Answers STATFS.</summary>
    public void ReplyStatistics(in FuseKstatfs statistics)
    {
        TakeTurn();
        _port.SendStruct(in _header, in statistics);
    }

    /// <summary>Answers STATX.</summary>
    public void ReplyStatx(in FuseStatxOut attributes)
    {
        TakeTurn();
        _port.SendStruct(in _header, in attributes);
    }

    /// <summary>Answers COPY_FILE_RANGE and COPY_FILE_RANGE_64, in the form that the request asked in. The 32-bit form carries at most 4 GiB less a page.</summary>
    public void ReplyCopied(ulong copied)
    {
        TakeTurn();
        _port.SendCopied(in _header, copied);
    }
}
