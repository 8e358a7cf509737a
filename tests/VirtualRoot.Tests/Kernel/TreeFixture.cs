using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.CasClient;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Kernel;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Kernel;

/// <summary>A root's file system without a mount: requests are made by hand, every directory is at hand.</summary>
internal sealed class TreeFixture : IDisposable
{
    public const uint Uid = 1000;

    private readonly string _scratchParent = Directory.CreateTempSubdirectory("vroot-tree-").FullName;
    private readonly ScratchDirectory _scratch;
    private readonly SpecialWorkers _workers = new(NullLogger.Instance);

    public TreeFixture(InMemoryCas cas, Digest root, InputMode inputs = InputMode.CopyOnWrite, Func<RootOptions, RootOptions>? configure = null, ILogger? logger = null, TimeProvider? clock = null)
    {
        _scratch = ScratchDirectory.Create(_scratchParent, NullLogger.Instance);
        RootOptions options = new() { InputRoot = root, Uid = Uid, Gid = Uid, Inputs = inputs };
        options = configure?.Invoke(options) ?? options;
        Root = Root.OpenAsync(options, cas, cas, _scratch, clock ?? TimeProvider.System, logger ?? NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
        Nodes = new NodeTable(Root.Top);
        FileSystem = new RootFileSystem(Nodes, _workers);
    }

    public ScratchDirectory Scratch => _scratch;

    public Root Root { get; }

    public NodeTable Nodes { get; }

    public RootFileSystem FileSystem { get; }

    public IFuseFileSystem Fuse => FileSystem;

    /// <summary>Loads every directory below, as a prefetch would.</summary>
    public static async Task LoadAllAsync(InMemoryCas cas, Digest digest)
    {
        CasClient.Directories.DirectoryListing listing = await cas.GetAsync(digest, CancellationToken.None);
        for (int index = 0; index < listing.Count; index++)
        {
            if (listing.GetKind(index) == CasClient.Directories.DirectoryEntryKind.Directory)
            {
                await LoadAllAsync(cas, listing.GetDigest(index));
            }
        }
    }

    public static FuseRequest Request(ulong node)
    {
        FuseInHeader header = new() { NodeId = node, Unique = 2, Uid = Uid, Gid = Uid };
        return new FuseRequest(in header);
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public Errno TryLookup(ulong parent, string name, out FuseEntryOut entry)
    {
        FuseResult result = FileSystem.Lookup(Request(parent), Bytes(name), out entry);
        return result.Errno;
    }

    /// <summary>Walks a path from the top; 0 if a name on it is not there.</summary>
    public FuseEntryOut Walk(string path)
    {
        FuseEntryOut entry = new() { NodeId = NodeTable.RootId };
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Equal(Errno.Success, TryLookup(entry.NodeId, name, out entry));
            if (entry.NodeId == 0)
            {
                return entry;
            }
        }

        return entry;
    }

    public List<string> List(string path, int bufferSize = 4096, bool plus = true)
    {
        ulong node = path.Length == 0 ? NodeTable.RootId : Walk(path).NodeId;
        Assert.Equal(Errno.Success, FileSystem.OpenDirectory(Request(node), new FuseOpenIn(), out FuseOpenOut open).Errno);
        List<string> names = [];
        byte[] buffer = new byte[bufferSize];
        for (ulong offset = 0; ;)
        {
            FuseDirectoryWriter writer = new(buffer);
            FuseReadIn input = new() { Fh = open.Fh, Offset = offset, Size = (uint)bufferSize };
            FuseResult result = plus
                ? FileSystem.ReadDirectoryPlus(Request(node), input, ref writer)
                : FileSystem.ReadDirectory(Request(node), input, ref writer);
            Assert.Equal(Errno.Success, result.Errno);
            if (writer.Length == 0)
            {
                break;
            }

            offset = Parse(buffer.AsSpan(0, writer.Length), plus, names);
        }

        FileSystem.ReleaseDirectory(Request(node), new FuseReleaseIn { Fh = open.Fh });
        return names;
    }

    public ulong Create(string directory, string name, string content)
    {
        ulong parent = directory.Length == 0 ? NodeTable.RootId : Walk(directory).NodeId;
        FuseResult result = FileSystem.Create(Request(parent), new FuseCreateIn { Mode = 0x81a4 }, Bytes(name), out FuseEntryOut entry, out _);
        Assert.Equal(Errno.Success, result.Errno);
        Assert.Equal(Errno.Success, FileSystem.Write(Request(entry.NodeId), new FuseWriteIn(), Bytes(content), out int written).Errno);
        Assert.Equal(content.Length, written);
        FileSystem.Release(Request(entry.NodeId), new FuseReleaseIn());
        return entry.NodeId;
    }

    public string Read(ulong node)
    {
        Assert.Equal(Errno.Success, FileSystem.Open(Request(node), new FuseOpenIn(), out _).Errno);
        byte[] buffer = new byte[4096];
        Assert.Equal(Errno.Success, FileSystem.Read(Request(node), new FuseReadIn { Size = 4096 }, buffer, out int length).Errno);
        FileSystem.Release(Request(node), new FuseReleaseIn());
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    public void Dispose()
    {
        FileSystem.Dispose();
        Root.Dispose();
        _workers.Dispose();
        _scratch.Dispose();
        Directory.Delete(_scratchParent, recursive: true);
    }

    private static ulong Parse(ReadOnlySpan<byte> reply, bool plus, List<string> names)
    {
        ulong offset = 0;
        while (!reply.IsEmpty)
        {
            ReadOnlySpan<byte> dirent = plus ? reply[Unsafe.SizeOf<FuseEntryOut>()..] : reply;
            FuseDirent head = MemoryMarshal.Read<FuseDirent>(dirent);
            names.Add(Encoding.UTF8.GetString(dirent.Slice(Unsafe.SizeOf<FuseDirent>(), (int)head.NameLen)));
            offset = head.Off;
            int size = (plus ? Unsafe.SizeOf<FuseEntryOut>() : 0) + Unsafe.SizeOf<FuseDirent>() + (int)head.NameLen;
            reply = reply[((size + 7) & ~7)..];
        }

        return offset;
    }
}
