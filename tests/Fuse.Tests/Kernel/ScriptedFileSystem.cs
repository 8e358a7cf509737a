using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>LOOKUP and READ do what a test says; the calls that give back are written down.</summary>
internal sealed class ScriptedFileSystem : IFuseFileSystem
{
    public delegate FuseResult LookupScript(in FuseRequest request, out FuseEntryOut entry);

    public delegate FuseResult PlusScript(in FuseRequest request, ref FuseDirectoryWriter writer);

    public LookupScript OnLookup { get; set; } = (in FuseRequest _, out FuseEntryOut entry) =>
    {
        entry = RecordingFileSystem.Entry;
        return FuseResult.Success;
    };

    public PlusScript OnPlus { get; set; } = (in FuseRequest _, ref FuseDirectoryWriter _) => FuseResult.Success;

    public System.Collections.Concurrent.ConcurrentQueue<string> GivenBack { get; } = new();

    public int Destroyed { get; private set; }

    public void Destroy() => Destroyed++;

    public FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry) => OnLookup(in request, out entry);

    public void Forget(ulong nodeId, ulong lookups) => GivenBack.Enqueue($"Forget {nodeId} {lookups}");

    public FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) => OnPlus(in request, ref writer);

    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input)
    {
        GivenBack.Enqueue($"Release {request.NodeId} {input.Fh}");
        return FuseResult.Success;
    }

    public FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input)
    {
        GivenBack.Enqueue($"ReleaseDirectory {request.NodeId} {input.Fh}");
        return FuseResult.Success;
    }

    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = RecordingFileSystem.OpenReply;
        return FuseResult.Success;
    }

    public FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open) => Open(in request, in input, out open);

    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = RecordingFileSystem.Entry;
        open = RecordingFileSystem.OpenReply;
        return FuseResult.Success;
    }

    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = buffer.Length + 1; // a bug that the session must not pass on
        return FuseResult.Success;
    }

    public FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = default;
        return Errno.ESTALE;
    }

    public FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes) => throw new InvalidOperationException("scripted");

    public FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes)
    {
        attributes = default;
        return Errno.ENOSYS;
    }

    public FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        length = 0;
        return FuseResult.Pending; // without having deferred: a bug
    }

    public FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    public FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    public FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    public FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EROFS;
    }

    public FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name) => throw new OperationCanceledException();

    public FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name) => throw new TimeoutException();

    public FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags) => Errno.EROFS;

    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        written = 0;
        return Errno.EROFS;
    }

    public FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) => Errno.EIO;

    public FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics)
    {
        statistics = default;
        return FuseResult.Success;
    }
}
