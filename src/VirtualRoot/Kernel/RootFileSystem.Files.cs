using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>OPEN, CREATE, READ, WRITE, RELEASE.</content>
public sealed partial class RootFileSystem
{
    private const int AccessModeMask = 3; // O_ACCMODE
    private const uint KillSuidGid = 1 << 2; // FUSE_WRITE_KILL_SUIDGID

    /// <summary>preadv2 with RWF_NOWAIT is unknown to some file systems: plain reads there.</summary>
    private volatile bool _readsWithoutWaiting = true;

    /// <inheritdoc/>
    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = default;
        if (!_nodes.TryGet(request.NodeId, out Node? node))
        {
            return Errno.ESTALE;
        }

        int flags = (int)input.Flags;
        if (node is SpecialFile special)
        {
            return OpenSpecial(request, special, flags, out open);
        }

        if (node is not TreeFile file)
        {
            return node.Kind == NodeKind.Directory ? Errno.EISDIR : Errno.ENXIO;
        }

        lock (_root.Gate)
        {
            bool writes = (flags & AccessModeMask) != (int)OpenFlags.O_RDONLY;
            if (writes && file.IsInput && _root.Options.Inputs == InputMode.ReadOnly)
            {
                return Errno.EACCES;
            }

            if ((flags & (int)OpenFlags.O_TRUNC) != 0)
            {
                Errno errno = file.Truncate(0, out _);
                if (errno != Errno.Success)
                {
                    return errno;
                }
            }

            file.Open();
        }

        open.OpenFlags = FuseOpenFlags.KeepCache;
        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = default;
        open = new FuseOpenOut { OpenFlags = FuseOpenFlags.KeepCache };
        if (!TryGetTree(request.NodeId, out TreeDirectory? directory, out Errno errno))
        {
            return errno;
        }

        if (IsReserved(directory, name))
        {
            return Errno.EEXIST;
        }

        NewNode made = new(NodeKind.File, input.Mode);
        errno = TryMake(CallerOf(request), directory, made, name, default, open: true, out entry, out bool notLoaded);
        return notLoaded ? CreateLater(request, directory, made, name.ToArray()) : errno;
    }

    /// <inheritdoc/>
    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input)
    {
        if (input.Fh != 0)
        {
            _handles.Remove(input.Fh);
        }
        else if (_nodes.TryGet(request.NodeId, out Node? node) && node is TreeFile file)
        {
            lock (_root.Gate)
            {
                file.Release();
            }
        }

        return FuseResult.Success;
    }

    /// <inheritdoc/>
    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = 0;
        if (input.Fh != 0)
        {
            return ReadSpecial(request, input, buffer, out length);
        }

        if (!_nodes.TryGet(request.NodeId, out Node? node) || node is not TreeFile file)
        {
            return Errno.ESTALE;
        }

        Errno errno;
        SafeFileHandle? handle;
        ulong size;
        lock (_root.Gate)
        {
            errno = file.TryGetReadable(out handle);
            size = file.Size;
        }

        if (errno != Errno.Success || input.Offset >= size)
        {
            return errno;
        }

        if (handle is null)
        {
            return ReadLater(request, file, input.Offset, buffer.Length);
        }

        int wanted = (int)Math.Min((ulong)buffer.Length, size - input.Offset);
        if (_readsWithoutWaiting)
        {
            nint read = Syscall.Preadv2(handle, buffer[..wanted], (long)input.Offset, Syscall.RWF_NOWAIT);
            if (read == wanted)
            {
                length = wanted;
                return FuseResult.Success;
            }

            if (read != -(int)Errno.EOPNOTSUPP)
            {
                return ReadLater(request, file, input.Offset, wanted); // the disk must be waited for
            }

            _readsWithoutWaiting = false;
        }

        return ReadFully(handle, input.Offset, buffer[..wanted], out length);
    }

    /// <inheritdoc/>
    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        written = 0;
        if (input.Fh != 0)
        {
            return WriteSpecial(request, input, data, out written);
        }

        if (!_nodes.TryGet(request.NodeId, out Node? node) || node is not TreeFile file)
        {
            return Errno.ESTALE;
        }

        bool killsPrivileges = (input.WriteFlags & KillSuidGid) != 0;
        Errno errno = TryWrite(file, input.Offset, data, killsPrivileges, out written, out bool needsCopyUp);
        return needsCopyUp ? WriteLater(request, file, input.Offset, data.ToArray(), killsPrivileges) : errno;
    }

    private FuseResult CreateLater(in FuseRequest request, TreeDirectory directory, NewNode made, byte[] name) =>
        Later(request, directory, pending =>
        {
            Errno errno = TryMake(CallerOf(pending), directory, made, name, default, open: true, out FuseEntryOut entry, out bool notLoaded);
            if (notLoaded)
            {
                return directory;
            }

            if (errno == Errno.Success)
            {
                pending.ReplyCreate(entry, new FuseOpenOut { OpenFlags = FuseOpenFlags.KeepCache });
            }
            else
            {
                pending.Reply(errno);
            }

            return null;
        });

    private FuseResult ReadLater(in FuseRequest request, TreeFile file, ulong offset, int size) =>
        Later(request, async pending =>
        {
            SafeFileHandle? handle = null;
            Errno errno = Errno.Success;
            while (errno == Errno.Success && handle is null)
            {
                lock (_root.Gate)
                {
                    errno = file.TryGetReadable(out handle);
                }

                if (handle is null && errno == Errno.Success)
                {
                    await file.FetchAsync(pending.Cancellation).ConfigureAwait(false);
                }
            }

            using FuseReplyBuffer reply = FusePendingReply.RentBuffer(size);
            int read = 0;
            errno = errno == Errno.Success ? ReadFully(handle!, offset, reply.Span, out read) : errno;
            if (errno == Errno.Success)
            {
                pending.ReplyData(reply, read);
            }
            else
            {
                pending.Reply(errno);
            }
        });

    private static Errno ReadFully(SafeFileHandle handle, ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        while (length < buffer.Length)
        {
            nint read = Syscall.PRead(handle, buffer[length..], (long)offset + length);
            if (read <= 0)
            {
                return (Errno)(-read);
            }

            length += (int)read;
        }

        return Errno.Success;
    }

    private Errno TryWrite(TreeFile file, ulong offset, ReadOnlySpan<byte> data, bool killsPrivileges, out int written, out bool needsCopyUp)
    {
        written = 0;
        Errno errno;
        SafeFileHandle? handle;
        lock (_root.Gate)
        {
            errno = file.TryGetWritable(out handle);
        }

        needsCopyUp = errno == Errno.Success && handle is null;
        if (errno != Errno.Success || handle is null)
        {
            return errno;
        }

        while (written < data.Length)
        {
            // A write to the scratch disk's page cache; the reader waits only when the kernel throttles dirty pages,
            // which is the back pressure that the writer should feel.
            nint result = Syscall.PWrite(handle, data[written..], (long)offset + written);
            if (result < 0)
            {
                errno = written == 0 ? (Errno)(-result) : Errno.Success;
                break;
            }

            written += (int)result;
        }

        if (written > 0)
        {
            lock (_root.Gate)
            {
                file.Written(offset + (ulong)written);
                if (killsPrivileges)
                {
                    file.DropPrivileges();
                }
            }
        }

        return errno;
    }

    private FuseResult WriteLater(in FuseRequest request, TreeFile file, ulong offset, byte[] data, bool killsPrivileges) =>
        Later(request, async pending =>
        {
            bool needsCopyUp = true;
            Errno errno = Errno.Success;
            int written = 0;
            while (needsCopyUp)
            {
                await file.CopyUpAsync(pending.Cancellation).ConfigureAwait(false);
                errno = TryWrite(file, offset, data, killsPrivileges, out written, out needsCopyUp);
            }

            if (errno == Errno.Success)
            {
                pending.ReplyWritten((uint)written);
            }
            else
            {
                pending.Reply(errno);
            }
        });
}
