using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>FALLOCATE, LSEEK, COPY_FILE_RANGE.</content>
public sealed partial class RootFileSystem
{
    private const uint KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const uint PunchHole = 2; // FALLOC_FL_PUNCH_HOLE
    private const uint ZeroRange = 0x10; // FALLOC_FL_ZERO_RANGE
    private const uint SeekData = 3; // SEEK_DATA
    private const uint SeekHole = 4; // SEEK_HOLE

    // What one request copies at most: the caller asks for the rest, and can be interrupted between.
    private const ulong MaxCopyBytes = 64 << 20;

    /// <inheritdoc/>
    public FuseResult Allocate(in FuseRequest request, in FuseFallocateIn input)
    {
        if (!TryGet(request, out Node? node) || node is not TreeFile file)
        {
            return Errno.ENODEV; // as of a file that is no file
        }

        if ((input.Mode & ~(KeepSize | PunchHole | ZeroRange)) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        Errno errno = TryAllocate(file, input, out bool needsCopyUp);
        return needsCopyUp ? AllocateLater(request, file, input) : errno;
    }

    /// <inheritdoc/>
    public FuseResult Seek(in FuseRequest request, in FuseLseekIn input, out ulong offset)
    {
        offset = 0;
        if (!TryGet(request, out Node? node) || node is not TreeFile file || input.Whence is not SeekData and not SeekHole)
        {
            return Errno.EINVAL;
        }

        DescriptorUse use = default;
        ulong size;
        lock (file.Root.Gate)
        {
            size = file.Size;
            if (input.Offset >= size)
            {
                return Errno.ENXIO;
            }

            Errno errno = file.IsScratch ? file.TryGetReadable(out use) : Errno.Success;
            if (errno != Errno.Success)
            {
                return errno;
            }
        }

        using (use)
        {
            // A blob is data from end to end: its only hole is the one behind it.
            long found = use.Handle is not null
                ? Syscall.Lseek(use.Handle, (long)input.Offset, (int)input.Whence)
                : (long)(input.Whence == SeekData ? input.Offset : size);
            offset = (ulong)Math.Max(found, 0);
            return (Errno)(-Math.Min(found, 0));
        }
    }

    /// <inheritdoc/>
    public FuseResult CopyFileRange(in FuseRequest request, in FuseCopyFileRangeIn input, out ulong copied)
    {
        copied = 0;
        if (!TryGet(request, out Node? from) || !TryGetOther(input.NodeIdOut, out Node? to))
        {
            return Errno.ESTALE;
        }

        if (from is not TreeFile source || to is not TreeFile target)
        {
            return Errno.EOPNOTSUPP; // the kernel copies by reading and writing
        }

        if (source.Root != target.Root)
        {
            return Errno.EXDEV; // as above
        }

        lock (target.Root.Gate)
        {
            if (target.IsReadOnlyInput)
            {
                return Errno.EACCES;
            }

            if (input.OffIn >= source.Size || target.TryShare(source, input.OffIn, input.OffOut, input.Len, out copied))
            {
                return FuseResult.Success;
            }
        }

        return CopyLater(request, source, target, input);
    }

    private static Errno TryAllocate(TreeFile file, in FuseFallocateIn input, out bool needsCopyUp)
    {
        bool punches = (input.Mode & PunchHole) != 0;
        ContentChange change;
        Errno errno;
        lock (file.Root.Gate)
        {
            errno = file.BeginChange(input.Offset, punches ? 0 : input.Length, out change);
        }

        needsCopyUp = errno == Errno.Success && change.IsNone;
        if (errno != Errno.Success || needsCopyUp)
        {
            return errno;
        }

        errno = (Errno)(-Syscall.Fallocate(change.Use.Handle!, (int)input.Mode, (long)input.Offset, (long)input.Length));
        long allocated = TreeFile.Measure(change.Use);
        lock (file.Root.Gate)
        {
            ulong end = input.Offset + input.Length;
            ulong size = (input.Mode & KeepSize) != 0 ? file.Size : Math.Max(file.Size, end);
            file.EndChange(change, errno == Errno.Success ? size : null, allocated);
        }

        return errno;
    }

    private static FuseResult AllocateLater(in FuseRequest request, TreeFile file, FuseFallocateIn input) =>
        Later(request, file, async (pending, gone) =>
        {
            bool needsCopyUp = true;
            Errno errno = Errno.Success;
            while (needsCopyUp)
            {
                await file.CopyUpAsync(gone).ConfigureAwait(false);
                errno = TryAllocate(file, input, out needsCopyUp);
            }

            pending.Reply(errno);
        });

    private static FuseResult CopyLater(in FuseRequest request, TreeFile source, TreeFile target, FuseCopyFileRangeIn input) =>
        Later(request, target, async (pending, gone) =>
        {
            ulong length = Math.Min(input.Len, MaxCopyBytes);
            while (true)
            {
                Errno errno = TryCopy(source, target, input, length, out ulong copied, out bool needsSource, out bool needsCopyUp);
                if (needsSource)
                {
                    await source.FetchAsync(gone).ConfigureAwait(false);
                }
                else if (needsCopyUp)
                {
                    await target.CopyUpAsync(gone).ConfigureAwait(false);
                }
                else if (errno == Errno.Success)
                {
                    pending.ReplyCopied(copied);
                    return;
                }
                else
                {
                    pending.Reply(errno);
                    return;
                }
            }
        });

    private static Errno TryCopy(
        TreeFile source, TreeFile target, in FuseCopyFileRangeIn input, ulong length, out ulong copied, out bool needsSource, out bool needsCopyUp)
    {
        copied = 0;
        needsCopyUp = needsSource = false;
        DescriptorUse from;
        ContentChange change;
        Errno errno;
        lock (target.Root.Gate)
        {
            if (input.OffIn >= source.Size)
            {
                return Errno.Success;
            }

            length = Math.Min(length, source.Size - input.OffIn); // a part of a blob must not be copied beyond its end
            errno = source.TryGetReadable(out from);
            needsSource = errno == Errno.Success && from.Handle is null;
            if (errno != Errno.Success || needsSource)
            {
                return errno;
            }

            errno = target.BeginChange(input.OffOut, length, out change);
        }

        using (from)
        {
            needsCopyUp = errno == Errno.Success && change.IsNone;
            if (errno != Errno.Success || needsCopyUp)
            {
                return errno;
            }

            errno = ByteCopy.Run(from, (long)input.OffIn, change.Use, (long)input.OffOut, (long)length, out long done);
            long allocated = TreeFile.Measure(change.Use);
            lock (target.Root.Gate)
            {
                target.EndChange(change, done > 0 ? Math.Max(target.Size, input.OffOut + (ulong)done) : null, allocated);
            }

            copied = (ulong)done;
            return done > 0 ? Errno.Success : errno;
        }
    }
}
