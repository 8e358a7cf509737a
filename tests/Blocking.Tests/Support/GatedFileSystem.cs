using System.Text;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Blocking.Tests.Support;

/// <summary>One file of zeros, which may be opened under any name. Requests of the held kind are answered when they are let go.</summary>
internal sealed class GatedFileSystem : IFuseFileSystem
{
    private const uint FileMode = 0x81B6; // S_IFREG | 0666
    private const uint DirectoryMode = 0x41ED; // S_IFDIR | 0755
    private const int FileSize = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly List<(FusePendingReply Reply, Action<FusePendingReply> Answer)> _held = [];
    private FuseOpcode? _holds;

    /// <summary>Requests that wait now.</summary>
    public int Held
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>From now on LOOKUP, WRITE or FLUSH waits.</summary>
    public void Hold(FuseOpcode opcode)
    {
        lock (_lock)
        {
            _holds = opcode;
        }
    }

    /// <summary>Answers what waits; nothing waits any more.</summary>
    public void LetGo()
    {
        (FusePendingReply Reply, Action<FusePendingReply> Answer)[] held;
        lock (_lock)
        {
            _holds = null;
            held = [.. _held];
            _held.Clear();
        }

        foreach ((FusePendingReply reply, Action<FusePendingReply> answer) in held)
        {
            answer(reply);
        }
    }

    /// <inheritdoc/>
    public FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        // A node for each name, so that no test meets the pages of another.
        ulong node = 2 + (ulong)(uint)string.GetHashCode(Encoding.UTF8.GetString(name), StringComparison.Ordinal);
        FuseEntryOut found = new() { NodeId = node, EntryValid = 3600, AttrValid = 3600, Attr = Attributes(node) };
        entry = found;
        return Pass(request, reply => reply.ReplyEntry(found));
    }

    /// <inheritdoc/>
    public void Forget(ulong nodeId, ulong lookups)
    {
    }

    /// <inheritdoc/>
    public FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = new FuseAttrOut { AttrValid = 3600, Attr = Attributes(request.NodeId) };
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = new FuseAttrOut { AttrValid = 3600, Attr = Attributes(request.NodeId) };
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes)
    {
        attributes = default;
        return Errno.ENOSYS;
    }

    /// <inheritdoc/>
    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = default;
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = (int)Math.Clamp(FileSize - (long)input.Offset, 0, buffer.Length);
        buffer[..length].Clear();
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        written = data.Length;
        uint all = (uint)data.Length;
        return Pass(request, reply => reply.ReplyWritten(all));
    }

    /// <inheritdoc/>
    public FuseResult Flush(in FuseRequest request, in FuseFlushIn input) => Pass(request, reply => reply.Reply(Errno.Success));

    /// <inheritdoc/>
    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input) => FuseResult.Success;

    /// <inheritdoc/>
    public FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = default;
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input) => FuseResult.Success;

    /// <inheritdoc/>
    public FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) => FuseResult.Success;

    /// <inheritdoc/>
    public FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) => FuseResult.Success;

    /// <inheritdoc/>
    public FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics)
    {
        statistics = default;
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        length = 0;
        return Errno.EINVAL;
    }

    /// <inheritdoc/>
    public FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EPERM;
    }

    /// <inheritdoc/>
    public FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EPERM;
    }

    /// <inheritdoc/>
    public FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EPERM;
    }

    /// <inheritdoc/>
    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = default;
        open = default;
        return Errno.EPERM;
    }

    /// <inheritdoc/>
    public FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name) => Errno.EPERM;

    /// <inheritdoc/>
    public FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name) => Errno.EPERM;

    /// <inheritdoc/>
    public FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags) => Errno.EPERM;

    /// <inheritdoc/>
    public FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EPERM;
    }

    private static FuseAttr Attributes(ulong node) => new()
    {
        Ino = node,
        Size = node == 1 ? 0ul : FileSize,
        Mode = node == 1 ? DirectoryMode : FileMode,
        Nlink = 1,
        BlkSize = 4096,
    };

    private FuseResult Pass(in FuseRequest request, Action<FusePendingReply> answer)
    {
        lock (_lock)
        {
            if (_holds != request.Opcode)
            {
                return FuseResult.Success;
            }

            _held.Add((request.Defer(), answer));
            return FuseResult.Pending;
        }
    }
}
