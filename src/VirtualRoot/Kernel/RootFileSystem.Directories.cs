using VirtualRoot.Building;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Special.Trace;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>
/// OPENDIR, READDIR, READDIRPLUS. A directory's own entries come from memory; a union directory lists its synthesized
/// names after them, found by the special workers when reading begins.
/// </content>
public sealed partial class RootFileSystem
{
    /// <inheritdoc/>
    public FuseResult OpenDirectory(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = default;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node.Kind != NodeKind.Directory)
        {
            return Errno.ENOTDIR;
        }

        open.Fh = _handles.OpenDirectory();
        if (node is TreeDirectory { Special: null })
        {
            open.OpenFlags = FuseOpenFlags.KeepCache | FuseOpenFlags.CacheDir;
        }

        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult ReleaseDirectory(in FuseRequest request, in FuseReleaseIn input)
    {
        _handles.Remove(input.Fh);
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) =>
        ReadDirectory(request, input, plus: false, ref writer);

    /// <inheritdoc/>
    public FuseResult ReadDirectoryPlus(in FuseRequest request, in FuseReadIn input, ref FuseDirectoryWriter writer) =>
        ReadDirectory(request, input, plus: true, ref writer);

    private FuseResult ReadDirectory(in FuseRequest request, in FuseReadIn input, bool plus, ref FuseDirectoryWriter writer)
    {
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (_handles.Get<DirectoryHandle>(input.Fh) is not { } handle)
        {
            return Errno.EBADF;
        }

        TreeDirectory? directory = node as TreeDirectory;
        SpecialDirectory? special = directory is null ? node as SpecialDirectory : directory.Special;
        bool begins = input.Offset == 0;
        if (node is OuterDirectory outer && (begins || handle.SpecialEntries is null))
        {
            outer.List(handle.SpecialEntries = []);
        }
        else if (special is not null && (begins || handle.SpecialEntries is null))
        {
            return ListSpecialLater(request, handle, node, special, input.Offset, (int)input.Size, plus);
        }

        ulong offset = input.Offset;
        if (directory is not null)
        {
            lock (directory.Root.Gate)
            {
                if (directory.IsLoaded())
                {
                    if (!ReadEntries(handle, directory, plus, ref offset, ref writer))
                    {
                        return FuseResult.Success;
                    }

                    directory = null;
                }
            }

            if (directory is not null)
            {
                return ReadDirectoryLater(request, handle, directory, offset, (int)input.Size, plus);
            }
        }

        ReadSpecialEntries(handle, node, plus, offset, ref writer);
        return FuseResult.Success;
    }

    /// <summary>The same for a directory whose listing, or whose synthesized names, must be had first.</summary>
    private FuseResult ReadDirectoryLater(in FuseRequest request, DirectoryHandle handle, TreeDirectory directory, ulong offset, int size, bool plus) =>
        Later(request, directory, pending =>
        {
            ReplyEntries(pending, handle, directory, offset, size, plus);
            return null;
        });

    private FuseResult ListSpecialLater(
        in FuseRequest request, DirectoryHandle handle, Node node, SpecialDirectory special, ulong offset, int size, bool plus) =>
        OnWorker(request, line: 0, pending =>
        {
            List<SpecialEntry> entries = [];
            Errno errno = special.List(CallerOf(pending), entries);
            special.Traced?.Count(SpecialOperation.List, errno, CallerOf(pending));
            if (errno == Errno.Success && node is TreeDirectory directory)
            {
                lock (directory.Root.Gate)
                {
                    // Union directories are loaded when they are attached. The inputs' names come first.
                    entries.RemoveAll(entry => !special.ComesFirst(entry.Name) && directory.Find(entry.Name, out _) == NameState.Present);
                }
            }

            return Answer(errno, reply =>
            {
                handle.SpecialEntries = entries;
                ReplyEntries(reply, handle, node, offset, size, plus);
            });
        });

    private void ReplyEntries(FusePendingReply pending, DirectoryHandle handle, Node node, ulong offset, int size, bool plus)
    {
        using FuseReplyBuffer buffer = FusePendingReply.RentBuffer(size);
        FuseDirectoryWriter writer = new(buffer.Span);
        bool complete = true;
        if (node is TreeDirectory directory)
        {
            lock (directory.Root.Gate)
            {
                complete = ReadEntries(handle, directory, plus, ref offset, ref writer);
            }
        }

        if (complete)
        {
            ReadSpecialEntries(handle, node, plus, offset, ref writer);
        }

        pending.ReplyData(buffer, writer.Length);
    }

    /// <summary>Writes the directory's own entries from <paramref name="offset"/> on, which it advances. Under the gate.</summary>
    /// <returns>False if the buffer is full.</returns>
    private bool ReadEntries(DirectoryHandle handle, TreeDirectory directory, bool plus, ref ulong offset, ref FuseDirectoryWriter writer)
    {
        if (offset == 0)
        {
            directory.BeginRead(handle);
        }

        while (directory.TryReadEntry(handle, offset, plus, out TreeEntry entry))
        {
            bool hidden = directory.Special is { } special && special.ComesFirst(entry.Name);
            if (!hidden && !(plus ? TryAddPlus(entry, ref writer) : writer.TryAdd(entry.Inode, WireAttributes.DirentType(entry.Kind), entry.NextOffset, entry.Name)))
            {
                return false;
            }

            offset = entry.NextOffset;
        }

        handle.OwnEntries = directory.EndOffset(handle);
        offset = Math.Max(offset, handle.OwnEntries); // names gone meanwhile were skipped
        return true;
    }

    private bool TryAddPlus(in TreeEntry entry, ref FuseDirectoryWriter writer)
    {
        FuseEntryOut wire = default;
        if (entry.Node is { } child)
        {
            Name(child, out wire);
        }
        else
        {
            wire.Attr.Ino = entry.Inode;
            wire.Attr.Mode = (uint)entry.Kind;
        }

        if (writer.TryAddPlus(wire, entry.Inode, WireAttributes.DirentType(entry.Kind), entry.NextOffset, entry.Name))
        {
            return true;
        }

        if (wire.NodeId != 0)
        {
            _nodes.Forget(wire.NodeId, 1); // it had no room: the kernel does not get it
        }

        return false;
    }

    /// <summary>Writes the synthesized names. They carry no attributes: the kernel looks up what it needs.</summary>
    private static void ReadSpecialEntries(DirectoryHandle handle, Node node, bool plus, ulong offset, ref FuseDirectoryWriter writer)
    {
        if (handle.SpecialEntries is not { } entries)
        {
            return;
        }

        ulong first = handle.OwnEntries;
        if (node is not TreeDirectory)
        {
            first = 2;
            for (; offset < first; offset++)
            {
                if (!TryAddBare(plus, node.Inode, NodeKind.Directory, offset + 1, offset == 0 ? "."u8 : ".."u8, ref writer))
                {
                    return;
                }
            }
        }

        for (ulong index = offset - first; index < (ulong)entries.Count; index++)
        {
            SpecialEntry entry = entries[(int)index];
            if (!TryAddBare(plus, entry.Inode, entry.Kind, first + index + 1, entry.Name, ref writer))
            {
                return;
            }
        }
    }

    private static bool TryAddBare(bool plus, ulong inode, NodeKind kind, ulong nextOffset, ReadOnlySpan<byte> name, ref FuseDirectoryWriter writer)
    {
        uint type = WireAttributes.DirentType(kind);
        if (!plus)
        {
            return writer.TryAdd(inode, type, nextOffset, name);
        }

        FuseEntryOut wire = default;
        wire.Attr.Ino = inode;
        wire.Attr.Mode = (uint)kind;
        return writer.TryAddPlus(wire, inode, type, nextOffset, name);
    }
}
