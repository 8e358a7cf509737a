using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

internal sealed partial class FuseDispatcher
{
    private bool GetExtendedAttribute(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseGetxattrIn query) || !input.TryName(out ReadOnlySpan<byte> name) ||
            !TryReplyRoom(query.Size, out Span<byte> room))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.GetExtendedAttribute(in request, name, room, out int length)))
        {
            SendValueOrLength(in header, length, room.Length);
        }

        return true;
    }

    private bool ListExtendedAttributes(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseGetxattrIn query) || !TryReplyRoom(query.Size, out Span<byte> room))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.ListExtendedAttributes(in request, room, out int length)))
        {
            SendValueOrLength(in header, length, room.Length);
        }

        return true;
    }

    private bool SetExtendedAttribute(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseSetxattrCompatIn head) ||
            (_longSetxattr && !input.TryStruct(out ulong _)) || // setxattr_flags and padding: nothing here has ACLs
            !input.TryName(out ReadOnlySpan<byte> name) ||
            !input.TryBytes(head.Size, out ReadOnlySpan<byte> value))
        {
            return false;
        }

        return Acknowledge(in header, _fileSystem.SetExtendedAttribute(in request, name, value, head.Flags));
    }

    private bool RemoveExtendedAttribute(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryName(out ReadOnlySpan<byte> name) &&
        Acknowledge(in header, _fileSystem.RemoveExtendedAttribute(in request, name));

    private void SendValueOrLength(in FuseInHeader header, int length, int room)
    {
        if (room == 0 && length >= 0)
        {
            port.SendStruct(in header, new FuseGetxattrOut { Size = (uint)length });
        }
        else
        {
            SendReplyBuffer(in header, length, room);
        }
    }
}
