using System.Text;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests.Served;

public sealed partial class MemoryFileSystem
{
    public FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        Interlocked.Increment(ref _opens);
        open = new FuseOpenOut { Fh = request.NodeId };
        return FuseResult.Success;
    }

    public FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer)
    {
        lock (_treeLock)
        {
            SortedList<string, MemoryNode> children = NodeOf(in request).Children;
            for (int i = (int)input.Offset; i < children.Count; i++)
            {
                MemoryNode child = children.Values[i];
                if (!writer.TryAdd(child.Id, child.Mode >> 12, (ulong)i + 1, Encoding.UTF8.GetBytes(children.Keys[i])))
                {
                    break;
                }
            }
        }

        return FuseResult.Success;
    }

    public FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer)
    {
        lock (_treeLock)
        {
            SortedList<string, MemoryNode> children = NodeOf(in request).Children;
            for (int i = (int)input.Offset; i < children.Count; i++)
            {
                MemoryNode child = children.Values[i];
                FuseEntryOut entry = new() { NodeId = child.Id, EntryValid = EntryValid, AttrValid = EntryValid, Attr = child.Attributes(request.Uid, request.Gid) };
                if (!writer.TryAddPlus(in entry, child.Id, child.Mode >> 12, (ulong)i + 1, Encoding.UTF8.GetBytes(children.Keys[i])))
                {
                    break;
                }

                _ = Counted(child, in request);
            }
        }

        return FuseResult.Success;
    }

    public FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input)
    {
        Interlocked.Decrement(ref _opens);
        return FuseResult.Success;
    }

    public FuseResult Symlink(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, out FuseEntryOut entry)
    {
        entry = Counted(Add(NodeOf(in request), Encoding.UTF8.GetString(name), 0xA1FF, Encoding.UTF8.GetString(target)), in request);
        return FuseResult.Success;
    }

    public FuseResult MakeNode(in FuseRequest request, in FuseMknodIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = Counted(Add(NodeOf(in request), Encoding.UTF8.GetString(name), input.Mode), in request);
        return FuseResult.Success;
    }

    public FuseResult MakeDirectory(in FuseRequest request, in FuseMkdirIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = Counted(Add(NodeOf(in request), Encoding.UTF8.GetString(name), 0x4000 | input.Mode), in request);
        return FuseResult.Success;
    }

    public FuseResult Unlink(in FuseRequest request, ReadOnlySpan<byte> name)
    {
        Remove(NodeOf(in request), Encoding.UTF8.GetString(name));
        return FuseResult.Success;
    }

    public FuseResult RemoveDirectory(in FuseRequest request, ReadOnlySpan<byte> name) => Unlink(in request, name);

    public FuseResult Rename(in FuseRequest request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, uint flags)
    {
        lock (_treeLock)
        {
            MemoryNode parent = NodeOf(in request);
            string name = Encoding.UTF8.GetString(oldName);
            _nodes[newParent].Children[Encoding.UTF8.GetString(newName)] = parent.Children[name];
            parent.Children.Remove(name);
        }

        return FuseResult.Success;
    }

    public FuseResult Link(in FuseRequest request, ulong oldNodeId, ReadOnlySpan<byte> name, out FuseEntryOut entry)
    {
        entry = default;
        return Errno.EPERM;
    }
}
