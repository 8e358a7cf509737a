using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Served;

public sealed partial class MemoryFileSystem
{
    public FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        byte[] content = NodeOf(in request).Content;
        content.CopyTo(target);
        length = content.Length;
        return FuseResult.Success;
    }

    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        MemoryNode node = NodeOf(in request);
        const uint O_TRUNC = 0x200;
        if ((input.Flags & O_TRUNC) != 0)
        {
            node.Content = [];
        }

        Interlocked.Increment(ref _opens);
        open = new FuseOpenOut { Fh = node.Id, OpenFlags = node.Blocks ? FuseOpenFlags.DirectIo : FuseOpenFlags.KeepCache };
        return FuseResult.Success;
    }

    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        MemoryNode child = Add(NodeOf(in request), System.Text.Encoding.UTF8.GetString(name), input.Mode);
        entry = Counted(child, in request);
        Interlocked.Increment(ref _opens);
        open = new FuseOpenOut { Fh = child.Id, OpenFlags = FuseOpenFlags.KeepCache };
        return FuseResult.Success;
    }

    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = 0;
        MemoryNode node = NodeOf(in request);
        if (node.Blocks)
        {
            FusePendingReply pending = request.Defer();
            Interlocked.Increment(ref _blockedReads);
            pending.CompleteWith(BlockAsync(pending));
            return FuseResult.Pending;
        }

        if (node.Deferred)
        {
            FusePendingReply pending = request.Defer();
            FuseReadIn read = input;
            pending.CompleteWith(Task.Run(() =>
            {
                FuseReplyBuffer rented = FusePendingReply.RentBuffer((int)read.Size);
                pending.ReplyData(rented, node.Read((long)read.Offset, rented.Span));
            }));
            return FuseResult.Pending;
        }

        length = node.Read((long)input.Offset, buffer);
        return FuseResult.Success;
    }

    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        MemoryNode node = NodeOf(in request);
        lock (_treeLock)
        {
            byte[] content = node.Content;
            int end = (int)input.Offset + data.Length;
            if (end > content.Length)
            {
                Array.Resize(ref content, end);
                node.Content = content;
            }

            data.CopyTo(content.AsSpan((int)input.Offset));
        }

        written = data.Length;
        return FuseResult.Success;
    }

    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input)
    {
        Interlocked.Decrement(ref _opens);
        return FuseResult.Success;
    }

    public FuseResult Seek(in FuseRequest request, in FuseLseekIn input, out ulong offset)
    {
        offset = input.Whence == 4 ? (ulong)NodeOf(in request).Size : input.Offset;
        return FuseResult.Success;
    }

    public FuseResult GetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        if (!NodeOf(in request).ExtendedAttributes.TryGetValue(System.Text.Encoding.UTF8.GetString(name), out byte[]? stored))
        {
            return Errno.ENODATA;
        }

        length = stored.Length;
        if (value.Length > 0 && stored.Length > value.Length)
        {
            return Errno.ERANGE;
        }

        stored.AsSpan(0, Math.Min(stored.Length, value.Length)).CopyTo(value);
        return FuseResult.Success;
    }

    public FuseResult SetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags)
    {
        NodeOf(in request).ExtendedAttributes[System.Text.Encoding.UTF8.GetString(name)] = value.ToArray();
        return FuseResult.Success;
    }

    private async Task BlockAsync(FusePendingReply pending)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, pending.Cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _blockedReads);
            Interlocked.Increment(ref _cancelledReads);
        }
    }
}
