using System.Text;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>Writes down every call and answers with recognizable values.</summary>
internal sealed class RecordingFileSystem : IFuseFileSystem
{
    public static readonly FuseAttr Attr = new()
    {
        Ino = 1,
        Size = 2,
        Blocks = 3,
        Atime = 4,
        Mtime = 5,
        Ctime = 6,
        AtimeNsec = 7,
        MtimeNsec = 8,
        CtimeNsec = 9,
        Mode = 10,
        Nlink = 11,
        Uid = 12,
        Gid = 13,
        Rdev = 14,
        BlkSize = 15,
        Flags = 16,
    };

    public const string AttrBytes = "u64:1 u64:2 u64:3 u64:4 u64:5 u64:6 u32:7 u32:8 u32:9 u32:10 u32:11 u32:12 u32:13 u32:14 u32:15 u32:16";

    public const string EntryBytes = "u64:0x51 u64:0x52 u64:0x53 u64:0x54 u32:0x55 u32:0x56 " + AttrBytes;

    public static readonly FuseEntryOut Entry = new() { NodeId = 0x51, Generation = 0x52, EntryValid = 0x53, AttrValid = 0x54, EntryValidNsec = 0x55, AttrValidNsec = 0x56, Attr = Attr };

    public static readonly FuseOpenOut OpenReply = new() { Fh = 0x61, OpenFlags = FuseOpenFlags.KeepCache, BackingId = 0x62 };

    public const string OpenBytes = "u64:0x61 u32:2 u32:0x62";

    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    public int Destroyed { get; private set; }

    public FuseConnection? Connection { get; private set; }

    public string[] Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public void Initialize(FuseConnection connection) => Connection = connection;

    public void Destroy() => Destroyed++;

    public FuseResult Lookup(in FuseRequest request, ReadOnlySpan<byte> name, out FuseEntryOut entry) => Answer(in request, $"{S(name)}", Entry, out entry);

    public void Forget(ulong nodeId, ulong lookups) => Record($"Forget {nodeId} {lookups}");

    public FuseResult GetAttr(in FuseRequest request, in FuseGetAttrIn input, out FuseAttrOut attributes) =>
        Answer(in request, $"flags={input.GetAttrFlags} fh={input.Fh}", new FuseAttrOut { AttrValid = 0x71, AttrValidNsec = 0x72, Attr = Attr }, out attributes);

    public FuseResult SetAttr(in FuseRequest request, in FuseSetAttrIn input, out FuseAttrOut attributes) =>
        Answer(in request, $"{(uint)input.Valid} {input.Fh} {input.Size} {input.LockOwner} {input.Atime} {input.Mtime} {input.Ctime} {input.AtimeNsec} {input.MtimeNsec} {input.CtimeNsec} {input.Mode} {input.Uid} {input.Gid}", new FuseAttrOut { AttrValid = 0x71, AttrValidNsec = 0x72, Attr = Attr }, out attributes);

    public FuseResult Statx(in FuseRequest request, in FuseStatxIn input, out FuseStatxOut attributes) =>
        Answer(in request, $"{input.GetAttrFlags} {input.Fh} {input.SxFlags} {input.SxMask}", new FuseStatxOut { AttrValid = 0x71, AttrValidNsec = 0x72, Stat = new FuseStatx { Mask = 1, DevMinor = 2 } }, out attributes);

    public FuseResult ReadLink(in FuseRequest request, Span<byte> target, out int length)
    {
        "target"u8.CopyTo(target);
        return Answer(in request, string.Empty, 6, out length);
    }

    public FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry) => Answer(in request, $"{S(name)} -> {S(target)}", Entry, out entry);

    public FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry) => Answer(in request, $"{input.Mode} {input.Rdev} {input.Umask} {S(name)}", Entry, out entry);

    public FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry) => Answer(in request, $"{input.Mode} {input.Umask} {S(name)}", Entry, out entry);

    public FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name) => Answer(in request, S(name));

    public FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name) => Answer(in request, S(name));

    public FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags) => Answer(in request, $"{S(oldName)} {newParent} {S(newName)} {flags}");

    public FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry) => Answer(in request, $"{oldNodeId} {S(name)}", Entry, out entry);

    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open) => Answer(in request, $"{input.Flags} {input.OpenFlags}", OpenReply, out open);

    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = Entry;
        return Answer(in request, $"{input.Flags} {input.Mode} {input.Umask} {input.OpenFlags} {S(name)}", OpenReply, out open);
    }

    public FuseResult TemporaryFile(in FuseRequest request, in FuseCreateIn input, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = Entry;
        return Answer(in request, $"{input.Flags} {input.Mode} {input.Umask} {input.OpenFlags}", OpenReply, out open);
    }

    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        "data"u8[..Math.Min(4, buffer.Length)].CopyTo(buffer);
        return Answer(in request, $"{input.Fh} {input.Offset} {input.Size} {input.ReadFlags} {input.LockOwner} {input.Flags}", Math.Min(4, buffer.Length), out length);
    }

    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written) =>
        Answer(in request, $"{input.Fh} {input.Offset} {input.Size} {input.WriteFlags} {input.LockOwner} {input.Flags} {S(data)}", data.Length, out written);

    public FuseResult Flush(in FuseRequest request, in FuseFlushIn input) => Answer(in request, $"{input.Fh} {input.LockOwner}");

    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input) => Answer(in request, $"{input.Fh} {input.Flags} {input.ReleaseFlags} {input.LockOwner}");

    public FuseResult Fsync(in FuseRequest request, in FuseFsyncIn input) => Answer(in request, $"{input.Fh} {input.FsyncFlags}");

    public FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open) => Answer(in request, $"{input.Flags} {input.OpenFlags}", OpenReply, out open);

    public FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer)
    {
        writer.TryAdd(0x81, 4, 0x82, "abc"u8);
        return Answer(in request, $"{input.Fh} {input.Offset} {input.Size}");
    }

    public FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer)
    {
        writer.TryAddPlus(in Entry, 0x81, 4, 0x82, "."u8);
        writer.TryAddPlus(in Entry, 0x81, 8, 0x83, "abcdefgh"u8);
        return Answer(in request, $"{input.Fh} {input.Offset} {input.Size}");
    }

    public FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input) => Answer(in request, $"{input.Fh} {input.Flags} {input.ReleaseFlags} {input.LockOwner}");

    public FuseResult FsyncDirectory(in FuseRequest request, in FuseFsyncIn input) => Answer(in request, $"{input.Fh} {input.FsyncFlags}");

    public FuseResult StatFs(in FuseRequest request, out FuseKstatfs statistics) =>
        Answer(in request, string.Empty, new FuseKstatfs { Blocks = 1, BFree = 2, BAvail = 3, Files = 4, FFree = 5, BSize = 6, NameLen = 7, FrSize = 8 }, out statistics);

    public FuseResult Access(in FuseRequest request, in FuseAccessIn input) => Answer(in request, $"{input.Mask}");

    public FuseResult GetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        "value"u8[..Math.Min(5, value.Length)].CopyTo(value);
        return Answer(in request, $"{S(name)} room={value.Length}", 5, out length);
    }

    public FuseResult ListExtendedAttributes(in FuseRequest request, Span<byte> names, out int length)
    {
        "a\0b\0"u8[..Math.Min(4, names.Length)].CopyTo(names);
        return Answer(in request, $"room={names.Length}", 4, out length);
    }

    public FuseResult SetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) => Answer(in request, $"{S(name)}={S(value)} {flags}");

    public FuseResult RemoveExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name) => Answer(in request, S(name));

    public FuseResult Allocate(in FuseRequest request, in FuseFallocateIn input) => Answer(in request, $"{input.Fh} {input.Offset} {input.Length} {input.Mode}");

    public FuseResult Seek(in FuseRequest request, in FuseLseekIn input, out ulong offset) => Answer(in request, $"{input.Fh} {input.Offset} {input.Whence}", 0x91UL, out offset);

    public FuseResult CopyFileRange(in FuseRequest request, in FuseCopyFileRangeIn input, out ulong copied) =>
        Answer(in request, $"{input.FhIn} {input.OffIn} {input.NodeIdOut} {input.FhOut} {input.OffOut} {input.Len} {input.Flags}", input.Len, out copied);

    private static string S(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private FuseResult Answer<T>(in FuseRequest request, string arguments, T value, out T result)
    {
        result = value;
        return Answer(in request, arguments);
    }

    private FuseResult Answer(in FuseRequest request, string arguments)
    {
        Record($"{request.Opcode} {request.NodeId} {request.Uid}:{request.Gid}:{request.Pid} {arguments}".TrimEnd());
        return FuseResult.Success;
    }

    private void Record(string call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }
}
