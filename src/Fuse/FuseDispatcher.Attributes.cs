using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

internal sealed partial class FuseDispatcher
{
    // The kernel gives READLINK one page less a byte; PATH_MAX is 4,096 with the NUL.
    private const int LinkRoom = 4096;

    private bool GetAttr(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseGetAttrIn query))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.GetAttr(in request, in query, out FuseAttrOut attributes)))
        {
            port.SendStruct(in header, in attributes);
        }

        return true;
    }

    private bool SetAttr(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseSetAttrIn change))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.SetAttr(in request, in change, out FuseAttrOut attributes)))
        {
            port.SendStruct(in header, in attributes);
        }

        return true;
    }

    private bool Statx(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseStatxIn query))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Statx(in request, in query, out FuseStatxOut attributes)))
        {
            port.SendStruct(in header, in attributes);
        }

        return true;
    }

    private bool ReadLink(in FuseInHeader header, in FuseRequest request)
    {
        Span<byte> room = replyBuffer.Span.Slice(ReplyHeaderSize, LinkRoom);
        if (Succeeded(in header, _fileSystem.ReadLink(in request, room, out int length)))
        {
            SendReplyBuffer(in header, length, room.Length);
        }

        return true;
    }

    private bool StatFs(in FuseInHeader header, in FuseRequest request)
    {
        if (Succeeded(in header, _fileSystem.StatFs(in request, out FuseKstatfs statistics)))
        {
            port.SendStruct(in header, in statistics);
        }

        return true;
    }

    private bool Access(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseAccessIn access) &&
        Acknowledge(in header, _fileSystem.Access(in request, in access));
}
