using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.Kernel;

/// <content>
/// Requests on special nodes. A node that answers from memory is asked on the reader thread; any other on the special
/// workers, since reading /proc can wait for a process that waits for us.
/// </content>
public sealed partial class RootFileSystem
{
    private FuseResult LookupSpecial(in FuseRequest request, SpecialDirectory directory, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        if (directory.AnswersFromMemory)
        {
            return LookupSpecial(CallerOf(request), directory, name, out entry);
        }

        return LookupOnWorker(request, directory, name.ToArray());
    }

    private FuseResult LookupOnWorker(in FuseRequest request, SpecialDirectory directory, byte[] copy) =>
        OnWorker(request, pending =>
        {
            Errno errno = LookupSpecial(CallerOf(pending), directory, copy, out FuseEntryOut found);
            Reply(pending, errno, found);
        });

    private Errno LookupSpecial(in Caller caller, SpecialDirectory directory, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        Errno errno = directory.Lookup(caller, name, out SpecialNode? child);
        if (errno != Errno.Success || child is null)
        {
            return errno;
        }

        errno = child.GetAttributes(caller, out NodeAttributes attributes);
        if (errno != Errno.Success)
        {
            _nodes.Forget(child.NodeId, 1);
            return errno;
        }

        entry = new FuseEntryOut
        {
            NodeId = child.NodeId,
            EntryValid = child.NameIsStable ? Forever : 0,
            AttrValid = child.AttributesAreStable ? Forever : 0,
            Attr = WireAttributes.From(attributes),
        };
        return Errno.Success;
    }

    private FuseResult GetSpecialAttributes(in FuseRequest request, SpecialNode node, out FuseAttrOut attributes)
    {
        attributes = default;
        if (node.AnswersFromMemory)
        {
            return GetSpecialAttributes(CallerOf(request), node, out attributes);
        }

        return GetAttributesOnWorker(request, node);
    }

    private FuseResult GetAttributesOnWorker(in FuseRequest request, SpecialNode node) =>
        OnWorker(request, pending =>
        {
            Errno errno = GetSpecialAttributes(CallerOf(pending), node, out FuseAttrOut found);
            if (errno == Errno.Success)
            {
                pending.ReplyAttributes(found);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private static Errno GetSpecialAttributes(in Caller caller, SpecialNode node, out FuseAttrOut attributes)
    {
        Errno errno = node.GetAttributes(caller, out NodeAttributes found);
        attributes = new FuseAttrOut { AttrValid = node.AttributesAreStable ? Forever : 0, Attr = WireAttributes.From(found) };
        return errno;
    }

    private FuseResult StatxSpecial(in FuseRequest request, SpecialNode node, out FuseStatxOut attributes)
    {
        attributes = default;
        return OnWorker(request, pending =>
        {
            Errno errno = node.GetAttributes(CallerOf(pending), out NodeAttributes found);
            if (errno == Errno.Success)
            {
                pending.ReplyStatx(new FuseStatxOut { Stat = WireAttributes.StatxFrom(found) });
            }
            else
            {
                pending.Reply(errno);
            }
        });
    }

    private FuseResult ReadSpecialLink(in FuseRequest request, SpecialLink link, Span<byte> target, out int length)
    {
        length = 0;
        if (link.AnswersFromMemory)
        {
            return link.ReadLink(CallerOf(request), target, out length);
        }

        return ReadLinkOnWorker(request, link);
    }

    private FuseResult ReadLinkOnWorker(in FuseRequest request, SpecialLink link) =>
        OnWorker(request, pending =>
        {
            Span<byte> text = stackalloc byte[4096];
            Errno errno = link.ReadLink(CallerOf(pending), text, out int found);
            if (errno == Errno.Success)
            {
                pending.ReplyData(text[..found]);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private FuseResult OpenSpecial(in FuseRequest request, SpecialFile file, int flags, out FuseOpenOut open)
    {
        open = default;
        if (file.AnswersFromMemory)
        {
            return OpenSpecial(CallerOf(request), file, flags, out open);
        }

        return OpenOnWorker(request, file, flags);
    }

    private FuseResult OpenOnWorker(in FuseRequest request, SpecialFile file, int flags) =>
        OnWorker(request, pending =>
        {
            Errno errno = OpenSpecial(CallerOf(pending), file, flags, out FuseOpenOut opened);
            if (errno == Errno.Success)
            {
                pending.ReplyOpen(opened);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private Errno OpenSpecial(in Caller caller, SpecialFile file, int flags, out FuseOpenOut open)
    {
        open = default;
        Errno errno = file.Open(caller, flags, out SpecialHandle? handle);
        if (errno != Errno.Success || handle is null)
        {
            return errno;
        }

        open.Fh = _handles.Add(handle);
        open.OpenFlags = FuseOpenFlags.DirectIo | (handle.IsStream ? FuseOpenFlags.Stream | FuseOpenFlags.NonSeekable : 0);
        return Errno.Success;
    }

    private FuseResult ReadSpecial(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = 0;
        if (_handles.Get<SpecialHandle>(input.Fh) is not { } handle)
        {
            return Errno.EBADF;
        }

        return handle.AnswersFromMemory
            ? handle.Read(input.Offset, buffer, out length)
            : ReadElsewhere(request, handle, input.Offset, buffer.Length);
    }

    private FuseResult ReadElsewhere(in FuseRequest request, SpecialHandle handle, ulong offset, int size) =>
        handle.MayWait
            ? Later(request, pending => ReadWaitingAsync(pending, handle, offset, size))
            : OnWorker(request, pending =>
            {
                using FuseReplyBuffer reply = FusePendingReply.RentBuffer(size);
                Errno errno = handle.Read(offset, reply.Span, out int read);
                if (errno == Errno.Success)
                {
                    pending.ReplyData(reply, read);
                }
                else
                {
                    pending.Reply(errno);
                }
            });

    private static async Task ReadWaitingAsync(FusePendingReply pending, SpecialHandle handle, ulong offset, int size)
    {
        using FuseReplyBuffer reply = FusePendingReply.RentBuffer(size);
        (Errno errno, int read) = await handle.ReadAsync(offset, reply.Memory, pending.Cancellation).ConfigureAwait(false);
        if (errno == Errno.Success)
        {
            pending.ReplyData(reply, read);
        }
        else
        {
            pending.Reply(errno);
        }
    }

    private FuseResult WriteSpecial(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        written = 0;
        if (_handles.Get<SpecialHandle>(input.Fh) is not { } handle)
        {
            return Errno.EBADF;
        }

        return handle.AnswersFromMemory
            ? handle.Write(input.Offset, data, out written)
            : WriteElsewhere(request, handle, input.Offset, data.ToArray());
    }

    private static FuseResult WriteElsewhere(in FuseRequest request, SpecialHandle handle, ulong offset, byte[] copy) =>
        Later(request, async pending =>
        {
            (Errno errno, int taken) = await handle.WriteAsync(offset, copy, pending.Cancellation).ConfigureAwait(false);
            if (errno == Errno.Success)
            {
                pending.ReplyWritten((uint)taken);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private FuseResult OnWorker(in FuseRequest request, Action<FusePendingReply> work)
    {
        _workers.Run(request.Defer(), work);
        return FuseResult.Pending;
    }
}
