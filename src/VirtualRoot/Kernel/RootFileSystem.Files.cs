using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>READ, WRITE.</content>
public sealed partial class RootFileSystem
{
    private const uint KillSuidGid = 1 << 2; // FUSE_WRITE_KILL_SUIDGID

    /// <inheritdoc/>
    public FuseResult Read(in FuseRequest request, in FuseReadIn input, Span<byte> buffer, out int length)
    {
        length = 0;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (IsSpecial(input.Fh))
        {
            return ReadSpecial(request, input, buffer, out length);
        }

        if (node is not TreeFile file)
        {
            return Errno.ESTALE;
        }

        Errno errno;
        DescriptorUse use;
        ulong size;
        lock (file.Root.Gate)
        {
            size = file.Size;
            if (input.Offset >= size)
            {
                return FuseResult.Success;
            }

            errno = file.TryGetReadable(out use);
        }

        if (errno != Errno.Success)
        {
            return errno;
        }

        int wanted = (int)Math.Min((ulong)buffer.Length, size - input.Offset);
        if (use.Handle is null)
        {
            return ReadLater(request, file, input.Offset, wanted);
        }

        using (use)
        {
            nint read = Syscall.Preadv2(use.Handle, buffer[..wanted], (long)input.Offset, Syscall.RWF_NOWAIT);
            if (read == wanted)
            {
                length = wanted;
                return FuseResult.Success;
            }
        }

        // The disk must be waited for, or the file system cannot say whether it must (EOPNOTSUPP: overlayfs, tmpfs).
        return ReadLater(request, file, input.Offset, wanted);
    }

    /// <inheritdoc/>
    public FuseResult Write(in FuseRequest request, in FuseWriteIn input, ReadOnlySpan<byte> data, out int written)
    {
        written = 0;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (IsSpecial(input.Fh))
        {
            return WriteSpecial(request, input, data, out written);
        }

        if (node is not TreeFile file)
        {
            return Errno.ESTALE;
        }

        bool killsPrivileges = (input.WriteFlags & KillSuidGid) != 0;

        // The end of an output text is ours to know: it also grows by what is written through /dev/stderr (LogHandle).
        Errno errno = file.IsLog && ((OpenFlags)input.Flags).HasFlag(OpenFlags.O_APPEND)
            ? file.Append(data, out written, out bool needsCopyUp)
            : TryWrite(file, input.Offset, data, killsPrivileges, out written, out needsCopyUp);
        return needsCopyUp ? WriteLater(request, file, input.Offset, data.ToArray(), killsPrivileges) : errno;
    }

    private static FuseResult ReadLater(in FuseRequest request, TreeFile file, ulong offset, int size) =>
        Later(request, file, async (pending, gone) =>
        {
            Errno errno;
            DescriptorUse use;
            do
            {
                lock (file.Root.Gate)
                {
                    errno = file.TryGetReadable(out use);
                }

                if (errno == Errno.Success && use.Handle is null)
                {
                    await file.FetchAsync(gone).ConfigureAwait(false);
                }
            }
            while (errno == Errno.Success && use.Handle is null);

            using (use)
            {
                using FuseReplyBuffer reply = FusePendingReply.RentBuffer(size);
                int read = 0;
                errno = errno == Errno.Success ? ReadFully(use, offset, reply.Span, out read) : errno;
                if (errno == Errno.Success)
                {
                    pending.ReplyData(reply, read);
                }
                else
                {
                    pending.Reply(errno);
                }
            }
        });

    private static Errno ReadFully(in DescriptorUse use, ulong offset, Span<byte> buffer, out int length)
    {
        length = 0;
        while (length < buffer.Length)
        {
            nint read = Syscall.PRead(use.Handle!, buffer[length..], (long)offset + length);
            if (read <= 0)
            {
                return (Errno)(-read);
            }

            length += (int)read;
        }

        return Errno.Success;
    }

    private static Errno TryWrite(TreeFile file, ulong offset, ReadOnlySpan<byte> data, bool killsPrivileges, out int written, out bool needsCopyUp)
    {
        written = 0;
        Errno errno;
        ContentChange change;
        lock (file.Root.Gate)
        {
            errno = file.BeginChange(offset, (ulong)data.Length, out change);
        }

        needsCopyUp = errno == Errno.Success && change.IsNone;
        if (errno != Errno.Success || needsCopyUp)
        {
            return errno;
        }

        while (written < data.Length)
        {
            // A write to the scratch disk's page cache; the reader waits only when the kernel throttles dirty pages,
            // which is the back pressure that the writer should feel.
            nint result = Syscall.PWrite(change.Use.Handle!, data[written..], (long)offset + written);
            if (result < 0)
            {
                errno = written == 0 ? (Errno)(-result) : Errno.Success;
                break;
            }

            written += (int)result;
        }

        file.Root.Statistics.CountWritten(written);
        long allocated = TreeFile.Measure(change.Use);
        lock (file.Root.Gate)
        {
            file.EndChange(change, written > 0 ? Math.Max(file.Size, offset + (ulong)written) : null, allocated);
            if (killsPrivileges && written > 0)
            {
                file.DropPrivileges();
            }
        }

        return errno;
    }

    private static FuseResult WriteLater(in FuseRequest request, TreeFile file, ulong offset, byte[] data, bool killsPrivileges) =>
        Later(request, file, async (pending, gone) =>
        {
            bool needsCopyUp = true;
            Errno errno = Errno.Success;
            int written = 0;
            while (needsCopyUp)
            {
                await file.CopyUpAsync(gone).ConfigureAwait(false);
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
