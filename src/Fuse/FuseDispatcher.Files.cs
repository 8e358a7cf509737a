using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

internal sealed partial class FuseDispatcher
{
    // COPY_FILE_RANGE answers in 32 bits; whole pages keep the next piece aligned.
    private const ulong LongestShortCopy = 0xffff_f000;

    private bool Open(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseOpenIn how))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Open(in request, in how, out FuseOpenOut open)))
        {
            port.SendOpen(in header, in open);
        }

        return true;
    }

    private bool Create(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseCreateIn how) || !input.TryName(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Create(in request, in how, name, out FuseEntryOut entry, out FuseOpenOut open)))
        {
            port.SendCreate(in header, in entry, in open);
        }

        return true;
    }

    private bool TemporaryFile(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseCreateIn how))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.TemporaryFile(in request, in how, out FuseEntryOut entry, out FuseOpenOut open)))
        {
            port.SendCreate(in header, in entry, in open);
        }

        return true;
    }

    private bool Read(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseReadIn read) || !TryReplyRoom(read.Size, out Span<byte> room))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Read(in request, in read, room, out int length)))
        {
            SendReplyBuffer(in header, length, room.Length);
        }

        return true;
    }

    private bool Write(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseWriteIn write) || !input.TryBytes(write.Size, out ReadOnlySpan<byte> data))
        {
            return false;
        }

        _context.Statistics.CountWritten(data.Length);
        if (Succeeded(in header, _fileSystem.Write(in request, in write, data, out int written)))
        {
            port.SendStruct(in header, new FuseWriteOut { Size = (uint)written });
        }

        return true;
    }

    private bool Flush(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseFlushIn flush) &&
        Acknowledge(in header, _fileSystem.Flush(in request, in flush));

    private bool Release(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseReleaseIn release) &&
        Acknowledge(in header, _fileSystem.Release(in request, in release));

    private bool Fsync(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseFsyncIn sync) &&
        Acknowledge(in header, _fileSystem.Fsync(in request, in sync));

    private bool Allocate(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseFallocateIn allocate) &&
        Acknowledge(in header, _fileSystem.Allocate(in request, in allocate));

    private bool Seek(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseLseekIn seek))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Seek(in request, in seek, out ulong offset)))
        {
            port.SendStruct(in header, new FuseLseekOut { Offset = offset });
        }

        return true;
    }

    private bool CopyFileRange(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseCopyFileRangeIn copy))
        {
            return false;
        }

        if (header.Opcode == FuseOpcode.COPY_FILE_RANGE)
        {
            copy = copy with { Len = Math.Min(copy.Len, LongestShortCopy) };
        }

        if (Succeeded(in header, _fileSystem.CopyFileRange(in request, in copy, out ulong copied)))
        {
            port.SendCopied(in header, copied);
        }

        return true;
    }
}
