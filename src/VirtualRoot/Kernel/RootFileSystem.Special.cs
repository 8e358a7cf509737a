using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Special.Trace;

namespace VirtualRoot.Kernel;

/// <content>
/// Requests on special nodes. A node that answers from memory is asked on the reader thread; any other on the special
/// workers, since reading /proc can wait for a process that waits for us.
/// </content>
public sealed partial class RootFileSystem
{
    private const int MaxLinkBytes = 4096;

    /// <summary>
    /// The cached size, in bytes, of a generated file while it is being opened. stat(2) says 0, as on procfs. But splice(2)
    /// and sendfile(2) go past FOPEN_DIRECT_IO to the page cache, where a size of 0 is the end of the file:
    /// <c>busybox cat /proc/self/maps</c> printed nothing. So the page cache is told this size at OPEN, and the short READ
    /// at the true end corrects it. (A program that calls fstat first, as Python's shutil does, sets it back to 0.)
    /// </summary>
    private const ulong SizeForSplice = 1 << 20;

    private FuseResult LookupSpecial(in FuseRequest request, SpecialDirectory directory, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        if (directory.FindsInMemory(CallerOf(request), name))
        {
            return LookupSpecial(CallerOf(request), directory, name, out entry);
        }

        return LookupOnWorker(request, directory, name.ToArray());
    }

    private FuseResult LookupOnWorker(in FuseRequest request, SpecialDirectory directory, byte[] copy) =>
        OnWorker(request, directory.LineOf(copy), pending =>
        {
            Errno errno = LookupSpecial(CallerOf(pending), directory, copy, out FuseEntryOut found);
            return reply =>
            {
                if (reply is not null)
                {
                    Reply(reply, errno, found);
                }
                else if (errno == Errno.Success)
                {
                    _nodes.Forget(found.NodeId, 1);
                }
            };
        });

    private Errno LookupSpecial(in Caller caller, SpecialDirectory directory, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        Errno errno = directory.Lookup(caller, name, out SpecialNode? child);
        if (directory.Traced?.Child(name) is { } traced)
        {
            traced.Count(SpecialOperation.Lookup, errno, caller);
            child?.Traced = traced;
        }

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
            AttrValidNsec = child.AttributesLastForAWalk ? 1u : 0, // the kernel rounds it up to ticks
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
        OnWorker(request, node.AttributesLine, pending =>
        {
            Errno errno = GetSpecialAttributes(CallerOf(pending), node, out FuseAttrOut found);
            return Answer(errno, reply => reply.ReplyAttributes(found));
        });

    private static Errno GetSpecialAttributes(in Caller caller, SpecialNode node, out FuseAttrOut attributes)
    {
        Errno errno = node.GetAttributes(caller, out NodeAttributes found);
        node.Traced?.Count(SpecialOperation.Stat, errno, caller);
        attributes = new FuseAttrOut { AttrValid = node.AttributesAreStable ? Forever : 0, Attr = WireAttributes.From(found) };
        return errno;
    }

    private FuseResult TruncateSpecial(in FuseRequest request, SpecialNode node, ulong size) =>
        OnWorker(request, node.AttributesLine, pending =>
        {
            Caller caller = CallerOf(pending);
            Errno errno = node.Truncate(caller, size);
            FuseAttrOut found = default;
            if (errno == Errno.Success)
            {
                errno = GetSpecialAttributes(caller, node, out found);
            }

            return Answer(errno, reply => reply.ReplyAttributes(found));
        });

    private FuseResult StatxSpecial(in FuseRequest request, SpecialNode node, out FuseStatxOut attributes)
    {
        attributes = default;
        return OnWorker(request, node.AttributesLine, pending =>
        {
            Errno errno = node.GetAttributes(CallerOf(pending), out NodeAttributes found);
            node.Traced?.Count(SpecialOperation.Stat, errno, CallerOf(pending));
            return Answer(errno, reply => reply.ReplyStatx(new FuseStatxOut { Stat = WireAttributes.StatxFrom(found) }));
        });
    }

    private FuseResult ReadSpecialLink(in FuseRequest request, SpecialLink link, Span<byte> target, out int length)
    {
        length = 0;
        if (link.ReadsAtOnce(CallerOf(request)))
        {
            Errno errno = link.ReadLink(CallerOf(request), target, out length);
            link.Traced?.Count(SpecialOperation.ReadLink, errno, CallerOf(request));
            return errno;
        }

        return ReadLinkOnWorker(request, link);
    }

    private FuseResult ReadLinkOnWorker(in FuseRequest request, SpecialLink link) =>
        OnWorker(request, link.LinkLine, pending =>
        {
            FuseReplyBuffer text = FusePendingReply.RentBuffer(MaxLinkBytes);
            Errno errno = link.ReadLink(CallerOf(pending), text.Span, out int found);
            link.Traced?.Count(SpecialOperation.ReadLink, errno, CallerOf(pending));
            return reply =>
            {
                using (text)
                {
                    Answer(errno, taken => taken.ReplyData(text, found))(reply);
                }
            };
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
        OnWorker(request, file.OpenLine, pending =>
        {
            Errno errno = OpenSpecial(CallerOf(pending), file, flags, out FuseOpenOut opened);
            return reply =>
            {
                if (reply is null)
                {
                    _handles.Remove(opened.Fh);
                }
                else
                {
                    Answer(errno, taken => taken.ReplyOpen(opened))(reply);
                }
            };
        });

    private Errno OpenSpecial(in Caller caller, SpecialFile file, int flags, out FuseOpenOut open)
    {
        open = default;
        Errno errno = file.Open(caller, flags, out SpecialHandle? handle);
        file.Traced?.Count(SpecialOperation.Open, errno, caller);
        if (errno != Errno.Success || handle is null)
        {
            return errno;
        }

        if (file.IsGenerated)
        {
            _notifier?.Store(file.NodeId, SizeForSplice - 1, "\0"u8);
        }

        handle.Traced = file.Traced;
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

        if (!handle.AnswersFromMemory)
        {
            return ReadElsewhere(request, handle, input.Offset, buffer.Length);
        }

        Errno errno = handle.Read(input.Offset, buffer, out length);
        handle.Traced?.Count(SpecialOperation.Read, errno, CallerOf(request));
        return errno;
    }

    private FuseResult ReadElsewhere(in FuseRequest request, SpecialHandle handle, ulong offset, int size) =>
        handle.MayWait
            ? Later(request, null, (pending, _) => ReadWaitingAsync(pending, handle, offset, size))
            : OnWorker(request, handle.ReadLine, pending =>
            {
                FuseReplyBuffer content = FusePendingReply.RentBuffer(size);
                Errno errno = handle.Read(offset, content.Span, out int read);
                handle.Traced?.Count(SpecialOperation.Read, errno, CallerOf(pending));
                return reply =>
                {
                    using (content)
                    {
                        Answer(errno, taken => taken.ReplyData(content, read))(reply);
                    }
                };
            });

    private static async Task ReadWaitingAsync(FusePendingReply pending, SpecialHandle handle, ulong offset, int size)
    {
        using FuseReplyBuffer reply = FusePendingReply.RentBuffer(size);
        (Errno errno, int read) = await handle.ReadAsync(offset, reply.Memory, pending.Cancellation).ConfigureAwait(false);
        handle.Traced?.Count(SpecialOperation.Read, errno, CallerOf(pending));
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

        if (!handle.AnswersFromMemory)
        {
            return WriteElsewhere(request, handle, input.Offset, data.ToArray());
        }

        Errno errno = handle.Write(input.Offset, data, out written);
        handle.Traced?.Count(SpecialOperation.Write, errno, CallerOf(request));
        return errno;
    }

    private static FuseResult WriteElsewhere(in FuseRequest request, SpecialHandle handle, ulong offset, byte[] copy) =>
        Later(request, null, async (pending, _) =>
        {
            (Errno errno, int taken) = await handle.WriteAsync(offset, copy, pending.Cancellation).ConfigureAwait(false);
            handle.Traced?.Count(SpecialOperation.Write, errno, CallerOf(pending));
            if (errno == Errno.EPIPE)
            {
                handle.OnBrokenPipe(CallerOf(pending));
            }

            if (errno == Errno.Success)
            {
                pending.ReplyWritten((uint)taken);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private FuseResult OnWorker(in FuseRequest request, ulong line, Func<FusePendingReply, Action<FusePendingReply?>> operation)
    {
        object? root = line != 0 && _nodes.TryGet(request.NodeId, out Node? node) ? node.Owner : null;
        new SpecialRequest(request.Defer(), operation) { Line = line, Root = root }.Start(_workers);
        return FuseResult.Pending;
    }

    /// <summary>What to do with a result that costs nothing to drop.</summary>
    private static Action<FusePendingReply?> Answer(Errno errno, Action<FusePendingReply> success) => reply =>
    {
        if (reply is null)
        {
            return;
        }

        if (errno == Errno.Success)
        {
            success(reply);
        }
        else
        {
            reply.Reply(errno);
        }
    };
}
