using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

internal sealed partial class FuseDispatcher
{
    private bool OpenDirectory(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseOpenIn how))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.OpenDirectory(in request, in how, out FuseOpenOut open)))
        {
            port.SendOpen(in header, in open);
        }

        return true;
    }

    private bool ReadDirectory(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseReadIn read) || !TryReplyRoom(read.Size, out Span<byte> room))
        {
            return false;
        }

        FuseDirectoryWriter writer = new(room);
        if (Succeeded(in header, _fileSystem.ReadDirectory(in request, in read, ref writer)))
        {
            SendReplyBuffer(in header, writer.Length, room.Length);
        }

        return true;
    }

    private bool ReadDirectoryPlus(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseReadIn read) || !TryReplyRoom(read.Size, out Span<byte> room))
        {
            return false;
        }

        FuseDirectoryWriter writer = new(room);
        bool sent = false;
        try
        {
            if (Succeeded(in header, _fileSystem.ReadDirectoryPlus(in request, in read, ref writer)))
            {
                sent = true;
                SendReplyBuffer(in header, writer.Length, room.Length);
            }
        }
        finally
        {
            // It failed, or deferred, after it had added entries: what these counted is taken back.
            if (!sent && writer.Length > 0)
            {
                port.GiveBackEntries(in header, room[..writer.Length]);
            }
        }

        return true;
    }

    private bool ReleaseDirectory(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseReleaseIn release) &&
        Acknowledge(in header, _fileSystem.ReleaseDirectory(in request, in release));

    private bool FsyncDirectory(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseFsyncIn sync) &&
        Acknowledge(in header, _fileSystem.FsyncDirectory(in request, in sync));
}
