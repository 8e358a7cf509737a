using System.Collections.Concurrent;
using System.Text;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Served;

/// <summary>A small file system in memory, with everything that the tests of a real mount need.</summary>
public sealed partial class MemoryFileSystem : IFuseFileSystem
{
    private readonly ConcurrentDictionary<ulong, MemoryNode> _nodes = new();
    private readonly ConcurrentDictionary<ulong, long> _lookups = new();
    private readonly Lock _treeLock = new();
    private long _lastId = 1;
    private int _blockedReads;
    private int _cancelledReads;
    private int _opens;
    private int _destroyed;

    public MemoryFileSystem() => _nodes[1] = new MemoryNode(1, 0x41ED);

    public FuseConnection? Connection { get; private set; }

    public ulong EntryValid { get; init; } = 3600;

    /// <summary>READs of a blocking file that wait at this moment.</summary>
    public int BlockedReads => Volatile.Read(ref _blockedReads);

    /// <summary>READs of a blocking file that were cancelled.</summary>
    public int CancelledReads => Volatile.Read(ref _cancelledReads);

    public int OpenHandles => Volatile.Read(ref _opens);

    public int Destroyed => Volatile.Read(ref _destroyed);

    /// <summary>Lookups that the kernel has not given back.</summary>
    public long TotalLookups => _lookups.Values.Sum();

    public MemoryNode Root => _nodes[1];

    public MemoryNode Add(MemoryNode parent, string name, uint mode, string content = "", long patternSize = -1, bool blocks = false, bool deferred = false)
    {
        lock (_treeLock)
        {
            MemoryNode node = new((ulong)Interlocked.Increment(ref _lastId), mode)
            {
                Content = Encoding.UTF8.GetBytes(content),
                PatternSize = patternSize,
                Blocks = blocks,
                Deferred = deferred,
            };
            _nodes[node.Id] = node;
            parent.Children[name] = node;
            return node;
        }
    }

    public void Remove(MemoryNode parent, string name)
    {
        lock (_treeLock)
        {
            parent.Children.Remove(name);
        }
    }

    public void Initialize(FuseConnection connection) => Connection = connection;

    public void Destroy() => Interlocked.Increment(ref _destroyed);

    public FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        lock (_treeLock)
        {
            if (!_nodes.TryGetValue(request.NodeId, out MemoryNode? parent))
            {
                entry = default;
                return Errno.ESTALE;
            }

            if (!parent.Children.TryGetValue(Encoding.UTF8.GetString(name), out MemoryNode? child))
            {
                entry = new FuseEntryOut { EntryValid = EntryValid };
                return FuseResult.Success;
            }

            entry = Counted(child, in request);
            return FuseResult.Success;
        }
    }

    public void Forget(ulong nodeId, ulong lookups) => _lookups.AddOrUpdate(nodeId, -(long)lookups, (_, count) => count - (long)lookups);

    public FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes) =>
        AttributesOf(in request, out attributes);

    public FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes)
    {
        if (_nodes.TryGetValue(request.NodeId, out MemoryNode? node))
        {
            if (input.Valid.HasFlag(FuseSetAttrValid.Mode))
            {
                node.Mode = input.Mode;
            }

            if (input.Valid.HasFlag(FuseSetAttrValid.Size))
            {
                byte[] content = node.Content;
                Array.Resize(ref content, (int)input.Size);
                node.Content = content;
            }
        }

        return AttributesOf(in request, out attributes);
    }

    public FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes)
    {
        attributes = default;
        if (!_nodes.TryGetValue(request.NodeId, out MemoryNode? node))
        {
            return Errno.ESTALE;
        }

        attributes.AttrValid = EntryValid;
        attributes.Stat = new FuseStatx
        {
            Mask = 0xFFF,
            BlkSize = 4096,
            Nlink = 1,
            Uid = request.Uid,
            Gid = request.Gid,
            Mode = (ushort)node.Mode,
            Ino = node.Id,
            Size = (ulong)node.Size,
            Mtime = new FuseStatxTime { Seconds = 1_700_000_000 },
            Btime = new FuseStatxTime { Seconds = 1_600_000_000 },
        };
        return FuseResult.Success;
    }

    public FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics)
    {
        statistics = new FuseKstatfs { Blocks = 1000, BFree = 500, BAvail = 400, Files = 77, FFree = 11, BSize = 4096, FrSize = 4096, NameLen = 255 };
        return FuseResult.Success;
    }

    private FuseResult AttributesOf(in FuseRequest request, out FuseAttrOut attributes)
    {
        attributes = default;
        if (!_nodes.TryGetValue(request.NodeId, out MemoryNode? node))
        {
            return Errno.ESTALE;
        }

        attributes = new FuseAttrOut { AttrValid = EntryValid, Attr = node.Attributes(request.Uid, request.Gid) };
        return FuseResult.Success;
    }

    private FuseEntryOut Counted(MemoryNode node, in FuseRequest request)
    {
        _lookups.AddOrUpdate(node.Id, 1, static (_, count) => count + 1);
        return new FuseEntryOut { NodeId = node.Id, EntryValid = EntryValid, AttrValid = EntryValid, Attr = node.Attributes(request.Uid, request.Gid) };
    }

    private MemoryNode NodeOf(in FuseRequest request) => _nodes[request.NodeId];
}
