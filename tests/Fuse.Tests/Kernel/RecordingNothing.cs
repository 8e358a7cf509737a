using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>Answers everything from memory and allocates nothing.</summary>
internal sealed class RecordingNothing : IFuseFileSystem
{
    public FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = RecordingFileSystem.Entry;
        return FuseResult.Success;
    }

    public void Forget(ulong nodeId, ulong lookups)
    {
    }

    public FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = default;
        return FuseResult.Success;
    }

    public FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes)
    {
        attributes = default;
        return FuseResult.Success;
    }

    public FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes)
    {
        attributes = default;
        return FuseResult.Success;
    }

    public FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        length = 1;
        return FuseResult.Success;
    }

    public FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry)
    {
        entry = RecordingFileSystem.Entry;
        return FuseResult.Success;
    }

    public FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = RecordingFileSystem.Entry;
        return FuseResult.Success;
    }

    public FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = RecordingFileSystem.Entry;
        return FuseResult.Success;
    }

    public FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name) => FuseResult.Success;

    public FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name) => FuseResult.Success;

    public FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags) => FuseResult.Success;

    public FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = RecordingFileSystem.Entry;
        return FuseResult.Success;
    }

    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = RecordingFileSystem.OpenReply;
        return FuseResult.Success;
    }

    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = RecordingFileSystem.Entry;
        open = RecordingFileSystem.OpenReply;
        return FuseResult.Success;
    }

    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = buffer.Length;
        return FuseResult.Success;
    }

    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        written = data.Length;
        return FuseResult.Success;
    }

    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input) => FuseResult.Success;

    public FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = RecordingFileSystem.OpenReply;
        return FuseResult.Success;
    }

    public FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) => FuseResult.Success;

    public FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer)
    {
        writer.TryAddPlus(in RecordingFileSystem.Entry, 1, 8, 1, "name"u8);
        return FuseResult.Success;
    }

    public FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input) => FuseResult.Success;

    public FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics)
    {
        statistics = default;
        return FuseResult.Success;
    }
}
