using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>
/// Takes one request at a time apart, calls the file system and answers. One for each reader thread. A handler returns
/// false if the request is malformed; everything else it has answered, or left to a <see cref="FusePendingReply"/>.
/// Nothing here allocates for a request that is answered at once.
/// </summary>
internal sealed partial class FuseDispatcher(FuseReplyPort port, FuseConnection connection, Memory<byte> replyBuffer)
{
    private readonly FuseSessionContext _context = port.Context;
    private readonly IFuseFileSystem _fileSystem = port.Context.FileSystem;
    private readonly bool _longSetxattr = connection.Has(FuseInitFlags.SetxattrExt);

    private static int ReplyHeaderSize => Unsafe.SizeOf<FuseOutHeader>();

    /// <summary>Handles one message as the device gave it.</summary>
    /// <exception cref="FuseDeviceException">It is too short to be a request at all.</exception>
    public void Dispatch(ReadOnlySpan<byte> message)
    {
        if (message.Length < Unsafe.SizeOf<FuseInHeader>())
        {
            throw new FuseDeviceException($"the FUSE device gave {message.Length} bytes, fewer than a request's header");
        }

        FuseInHeader header = MemoryMarshal.Read<FuseInHeader>(message);
        _context.Statistics.CountRequest(header.Opcode);
        int bodyLength = message.Length - Unsafe.SizeOf<FuseInHeader>() - (header.TotalExtLen * 8);
        if (header.Len != message.Length || bodyLength < 0)
        {
            RefuseMalformed(in header, message.Length, Errno.EIO);
            return;
        }

        port.ForgetDeferred();
        try
        {
            if (!Handle(in header, new FuseRequestReader(message.Slice(Unsafe.SizeOf<FuseInHeader>(), bodyLength))))
            {
                RefuseMalformed(in header, message.Length, Errno.EINVAL);
            }
        }
#pragma warning disable CA1031 // The one place where an exception of the file system becomes an errno.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Errno errno = _context.ErrnoOf(exception, header.Opcode, header.NodeId);
            if (HasReply(header.Opcode) && port.TakeOverDeferred())
            {
                port.SendErrno(in header, errno);
            }
        }
    }

    private static bool HasReply(FuseOpcode opcode) =>
        opcode is not (FuseOpcode.FORGET or FuseOpcode.BATCH_FORGET or FuseOpcode.INTERRUPT or FuseOpcode.NOTIFY_REPLY);

    private bool Handle(in FuseInHeader header, FuseRequestReader input)
    {
        FuseRequest request = new(in header, port);
        return header.Opcode switch
        {
            FuseOpcode.LOOKUP => Lookup(in header, in request, ref input),
            FuseOpcode.FORGET => Forget(in header, ref input),
            FuseOpcode.BATCH_FORGET => BatchForget(ref input),
            FuseOpcode.GETATTR => GetAttr(in header, in request, ref input),
            FuseOpcode.SETATTR => SetAttr(in header, in request, ref input),
            FuseOpcode.STATX => Statx(in header, in request, ref input),
            FuseOpcode.READLINK => ReadLink(in header, in request),
            FuseOpcode.SYMLINK => Symlink(in header, in request, ref input),
            FuseOpcode.MKNOD => MakeNode(in header, in request, ref input),
            FuseOpcode.MKDIR => MakeDirectory(in header, in request, ref input),
            FuseOpcode.UNLINK => Unlink(in header, in request, ref input),
            FuseOpcode.RMDIR => RemoveDirectory(in header, in request, ref input),
            FuseOpcode.RENAME => Rename(in header, in request, ref input),
            FuseOpcode.RENAME2 => Rename2(in header, in request, ref input),
            FuseOpcode.LINK => Link(in header, in request, ref input),
            FuseOpcode.OPEN => Open(in header, in request, ref input),
            FuseOpcode.CREATE => Create(in header, in request, ref input),
            FuseOpcode.TMPFILE => TemporaryFile(in header, in request, ref input),
            FuseOpcode.READ => Read(in header, in request, ref input),
            FuseOpcode.WRITE => Write(in header, in request, ref input),
            FuseOpcode.FLUSH => Flush(in header, in request, ref input),
            FuseOpcode.RELEASE => Release(in header, in request, ref input),
            FuseOpcode.FSYNC => Fsync(in header, in request, ref input),
            FuseOpcode.FALLOCATE => Allocate(in header, in request, ref input),
            FuseOpcode.LSEEK => Seek(in header, in request, ref input),
            FuseOpcode.COPY_FILE_RANGE or FuseOpcode.COPY_FILE_RANGE_64 => CopyFileRange(in header, in request, ref input),
            FuseOpcode.OPENDIR => OpenDirectory(in header, in request, ref input),
            FuseOpcode.READDIR => ReadDirectory(in header, in request, ref input),
            FuseOpcode.READDIRPLUS => ReadDirectoryPlus(in header, in request, ref input),
            FuseOpcode.RELEASEDIR => ReleaseDirectory(in header, in request, ref input),
            FuseOpcode.FSYNCDIR => FsyncDirectory(in header, in request, ref input),
            FuseOpcode.STATFS => StatFs(in header, in request),
            FuseOpcode.ACCESS => Access(in header, in request, ref input),
            FuseOpcode.GETXATTR => GetExtendedAttribute(in header, in request, ref input),
            FuseOpcode.LISTXATTR => ListExtendedAttributes(in header, in request, ref input),
            FuseOpcode.SETXATTR => SetExtendedAttribute(in header, in request, ref input),
            FuseOpcode.REMOVEXATTR => RemoveExtendedAttribute(in header, in request, ref input),
            FuseOpcode.INTERRUPT => Interrupt(ref input),
            FuseOpcode.NOTIFY_REPLY => true, // nothing here retrieves; has no reply
            FuseOpcode.DESTROY => Refuse(in header, Errno.Success), // the session calls Destroy when its readers have ended
            _ => Refuse(in header, Errno.ENOSYS),
        };
    }

    private bool Interrupt(ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseInterruptIn interrupt))
        {
            return false;
        }

        _context.InFlight.Interrupt(interrupt.Unique);
        return true;
    }

    /// <summary>True if the operation succeeded and its answer is to be sent; an errno is answered here, a pending reply left alone.</summary>
    private bool Succeeded(in FuseInHeader header, FuseResult result)
    {
        if (result.IsPending)
        {
            if (!port.HasDeferred)
            {
                FuseLog.NoReply(_context.Logger, header.Opcode, header.NodeId);
                port.SendErrno(in header, Errno.EIO);
            }
            else
            {
                _context.Statistics.CountDeferred();
            }

            return false;
        }

        // A file system that deferred, then answered at once: the first answer counts.
        if (!port.TakeOverDeferred())
        {
            return false;
        }

        if (result.Errno != Errno.Success)
        {
            port.SendErrno(in header, result.Errno);
            return false;
        }

        return true;
    }

    /// <summary>For operations whose success has no body.</summary>
    private bool Acknowledge(in FuseInHeader header, FuseResult result)
    {
        if (Succeeded(in header, result))
        {
            port.SendErrno(in header, Errno.Success);
        }

        return true;
    }

    private bool Refuse(in FuseInHeader header, Errno errno)
    {
        port.SendErrno(in header, errno);
        return true;
    }

    private void RefuseMalformed(in FuseInHeader header, int length, Errno errno)
    {
        FuseLog.Malformed(_context.Logger, header.Opcode, header.NodeId, length, errno);
        if (HasReply(header.Opcode))
        {
            port.SendErrno(in header, errno);
        }
    }

    /// <summary>Sends the first <paramref name="length"/> bytes behind the header's room in the reply buffer.</summary>
    private void SendReplyBuffer(in FuseInHeader header, int length, int room)
    {
        if ((uint)length > (uint)room)
        {
            FuseLog.ReplyTooLong(_context.Logger, header.Opcode, header.NodeId, length, room);
            port.SendErrno(in header, Errno.EIO);
            return;
        }

        port.SendMessage(in header, replyBuffer.Span[..(ReplyHeaderSize + length)]);
    }

    /// <summary>The reply buffer's room for data; false if the request asks for more than was negotiated.</summary>
    private bool TryReplyRoom(uint size, out Span<byte> room)
    {
        if (size > (uint)(replyBuffer.Length - ReplyHeaderSize))
        {
            room = default;
            return false;
        }

        room = replyBuffer.Span.Slice(ReplyHeaderSize, (int)size);
        return true;
    }
}
