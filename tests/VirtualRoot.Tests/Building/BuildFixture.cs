using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Kernel;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tests.Kernel;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Building;

/// <summary>The roots of a build directory without a mount: requests are made by hand, and the kernel's ear is the test's.</summary>
internal sealed class BuildFixture : IDisposable
{
    public const string MountPoint = "/no/such/build";
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _scratchParent = Directory.CreateTempSubdirectory("vroot-build-").FullName;
    private readonly ScratchDirectory _scratch;
    private readonly SpecialWorkers _workers = new(NullLogger.Instance);

    public BuildFixture(int maxRoots = 8)
    {
        Inputs = Cas.AddDirectory(("bin", Cas.AddDirectory(("tool", "tool text"))), ("plain", "plain text"));
        TreeFixture.LoadAllAsync(Cas, Inputs).GetAwaiter().GetResult();
        _scratch = ScratchDirectory.Create(_scratchParent, NullLogger.Instance);
        BuildDirectoryOptions options = new() { Directory = MountPoint, ScratchParent = _scratchParent, MaxRoots = maxRoots };
        Roots = new BuildRoots(options, _scratch, Cas, Cas, AttachAsync, ForgetName);
        Nodes = new NodeTable(Roots.Top);
        FileSystem = new RootFileSystem(Nodes, _workers);
    }

    public InMemoryCas Cas { get; } = new();

    /// <summary>bin/tool and plain.</summary>
    public Digest Inputs { get; }

    public BuildRoots Roots { get; }

    public NodeTable Nodes { get; }

    public RootFileSystem FileSystem { get; }

    /// <summary>Names that the kernel was told are gone, in order; "below/" where not at the top.</summary>
    public List<string> Forgotten { get; } = [];

    /// <summary>Holds the kernel's answer up; null: it answers at once.</summary>
    public ManualResetEventSlim? KernelAnswers { get; set; }

    /// <summary>The only name for which it is held up; null: for all.</summary>
    public string? HeldName { get; set; }

    public int ScratchParts => Directory.GetDirectories(_scratch.Folder, "part*").Length;

    public Task<BuildRoot> CreateAsync(string? id, Func<RootOptions, RootOptions>? configure = null, bool special = false)
    {
        RootOptions root = new() { InputRoot = Inputs, Uid = TreeFixture.Uid, Gid = TreeFixture.Uid };
        return Roots.CreateAsync(id, new BuildRootOptions { Root = configure?.Invoke(root) ?? root, Special = special ? SpecialModes.Auto : SpecialModes.Off }, CancellationToken.None);
    }

    /// <summary>Loads a root's blobs, so that reading needs no fetch: what a request made by hand cannot wait for.</summary>
    public async Task FetchAsync(string content)
    {
        using CasClient.Blobs.BlobLease lease = await Cas.OpenAsync(Cas.Add(Encoding.UTF8.GetBytes(content)), CancellationToken.None);
    }

    public FuseEntryOut Walk(string path)
    {
        FuseEntryOut entry = new() { NodeId = NodeTable.RootId };
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Equal((name, Errno.Success), (name, Lookup(entry.NodeId, name, out entry)));
            Assert.NotEqual((name, 0ul), (name, entry.NodeId));
        }

        return entry;
    }

    public Errno Lookup(ulong parent, string name, out FuseEntryOut entry) =>
        FileSystem.Lookup(TreeFixture.Request(parent), TreeFixture.Bytes(name), out entry).Errno;

    public Errno Write(ulong node, string content)
    {
        Errno opened = FileSystem.Open(TreeFixture.Request(node), new FuseOpenIn { Flags = 1 }, out FuseOpenOut open).Errno;
        if (opened != Errno.Success)
        {
            return opened;
        }

        Errno written = FileSystem.Write(TreeFixture.Request(node), new FuseWriteIn { Fh = open.Fh }, TreeFixture.Bytes(content), out _).Errno;
        FileSystem.Release(TreeFixture.Request(node), new FuseReleaseIn { Fh = open.Fh });
        return written;
    }

    public ulong Create(string directory, string name, string content)
    {
        Assert.Equal(Errno.Success, FileSystem.Create(TreeFixture.Request(Walk(directory).NodeId), new FuseCreateIn { Mode = 0x81a4, Flags = 1 }, TreeFixture.Bytes(name), out FuseEntryOut entry, out FuseOpenOut open).Errno);
        Assert.Equal(Errno.Success, FileSystem.Write(TreeFixture.Request(entry.NodeId), new FuseWriteIn { Fh = open.Fh }, TreeFixture.Bytes(content), out _).Errno);
        FileSystem.Release(TreeFixture.Request(entry.NodeId), new FuseReleaseIn { Fh = open.Fh });
        return entry.NodeId;
    }

    public Errno Read(ulong node, out string content)
    {
        byte[] buffer = new byte[4096];
        Errno errno = FileSystem.Read(TreeFixture.Request(node), new FuseReadIn { Size = 4096 }, buffer, out int length).Errno;
        content = Encoding.UTF8.GetString(buffer, 0, length);
        return errno;
    }

    public List<string> List(string path)
    {
        ulong node = Walk(path).NodeId;
        Assert.Equal(Errno.Success, FileSystem.OpenDirectory(TreeFixture.Request(node), new FuseOpenIn(), out FuseOpenOut open).Errno);
        byte[] buffer = new byte[4096];
        FuseDirectoryWriter writer = new(buffer);
        Assert.Equal(Errno.Success, FileSystem.ReadDirectory(TreeFixture.Request(node), new FuseReadIn { Fh = open.Fh, Size = 4096 }, ref writer).Errno);
        FileSystem.ReleaseDirectory(TreeFixture.Request(node), new FuseReleaseIn { Fh = open.Fh });
        List<string> names = [];
        for (ReadOnlySpan<byte> rest = buffer.AsSpan(0, writer.Length); !rest.IsEmpty;)
        {
            FuseDirent head = MemoryMarshal.Read<FuseDirent>(rest);
            int size = Unsafe.SizeOf<FuseDirent>() + (int)head.NameLen;
            names.Add(Encoding.UTF8.GetString(rest[Unsafe.SizeOf<FuseDirent>()..size]));
            rest = rest[((size + 7) & ~7)..];
        }

        return names;
    }

    public void Dispose()
    {
        KernelAnswers?.Set();
        Roots.DisposeAsync().AsTask().GetAwaiter().GetResult();
        FileSystem.Dispose();
        _workers.Dispose();
        _scratch.Dispose();
        Directory.Delete(_scratchParent, recursive: true);
    }

    private async Task<SpecialTree> AttachAsync(Root root, string path, SpecialModes modes, MachineLimits limits, CancellationToken cancellationToken)
    {
        SpecialTree special = new(Nodes, new SpecialOptions { MountPoint = path, Modes = modes, Limits = limits }, NullLogger.Instance);
        await root.AttachAsync(special, NullLogger.Instance, cancellationToken);
        return special;
    }

    private Errno ForgetName(ulong parent, byte[] name)
    {
        string text = (parent == NodeTable.RootId ? "" : "below/") + Encoding.ASCII.GetString(name);
        if (HeldName is null || HeldName == text)
        {
            KernelAnswers?.Wait(Limit);
        }

        lock (Forgotten)
        {
            Forgotten.Add(text);
        }

        return Errno.Success;
    }
}
