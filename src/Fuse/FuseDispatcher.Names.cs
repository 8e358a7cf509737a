using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

internal sealed partial class FuseDispatcher
{
    private bool Lookup(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryName(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Lookup(in request, name, out FuseEntryOut entry)))
        {
            port.SendEntry(in header, in entry);
        }

        return true;
    }

    private bool Forget(in FuseInHeader header, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseForgetIn forget))
        {
            return false;
        }

        _fileSystem.Forget(header.NodeId, forget.Nlookup);
        return true;
    }

    private bool BatchForget(ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseBatchForgetIn batch))
        {
            return false;
        }

        for (uint i = 0; i < batch.Count; i++)
        {
            if (!input.TryStruct(out FuseForgetOne one))
            {
                return false;
            }

            _fileSystem.Forget(one.NodeId, one.Nlookup);
        }

        return true;
    }

    private bool Symlink(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryName(out ReadOnlySpan<byte> name) || !input.TryName(out ReadOnlySpan<byte> target))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Symlink(in request, name, target, out FuseEntryOut entry)))
        {
            port.SendEntry(in header, in entry);
        }

        return true;
    }

    private bool MakeNode(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseMknodIn node) || !input.TryName(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.MakeNode(in request, in node, name, out FuseEntryOut entry)))
        {
            port.SendEntry(in header, in entry);
        }

        return true;
    }

    private bool MakeDirectory(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseMkdirIn directory) || !input.TryName(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.MakeDirectory(in request, in directory, name, out FuseEntryOut entry)))
        {
            port.SendEntry(in header, in entry);
        }

        return true;
    }

    private bool Link(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input)
    {
        if (!input.TryStruct(out FuseLinkIn link) || !input.TryName(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (Succeeded(in header, _fileSystem.Link(in request, link.OldNodeId, name, out FuseEntryOut entry)))
        {
            port.SendEntry(in header, in entry);
        }

        return true;
    }

    private bool Unlink(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryName(out ReadOnlySpan<byte> name) &&
        Acknowledge(in header, _fileSystem.Unlink(in request, name));

    private bool RemoveDirectory(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryName(out ReadOnlySpan<byte> name) &&
        Acknowledge(in header, _fileSystem.RemoveDirectory(in request, name));

    private bool Rename(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseRenameIn rename) && input.TryName(out ReadOnlySpan<byte> oldName) && input.TryName(out ReadOnlySpan<byte> newName) &&
        Acknowledge(in header, _fileSystem.Rename(in request, oldName, rename.NewDir, newName, 0));

    private bool Rename2(in FuseInHeader header, in FuseRequest request, ref FuseRequestReader input) =>
        input.TryStruct(out FuseRename2In rename) && input.TryName(out ReadOnlySpan<byte> oldName) && input.TryName(out ReadOnlySpan<byte> newName) &&
        Acknowledge(in header, _fileSystem.Rename(in request, oldName, rename.NewDir, newName, rename.Flags));
}
