using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tree;

/// <content>Writing, truncation and copy-up.</content>
public sealed partial class TreeFile
{
    private const int CopyChunkBytes = 1 << 20;

    /// <summary>The descriptor to write to; null if the input must be copied up first.</summary>
    internal Errno TryGetWritable(out SafeFileHandle? handle)
    {
        handle = null;
        if (_scratch is not null)
        {
            return _scratch.TryOpen(out handle);
        }

        return Root.Options.Inputs == InputMode.ReadOnly ? Errno.EACCES : Errno.Success;
    }

    /// <summary>Bytes up to <paramref name="end"/> have been written. Under the gate.</summary>
    internal void Written(ulong end)
    {
        _writtenSize = Math.Max(_writtenSize, end);
        TouchData();
    }

    /// <summary>Gives the file a new size. An input that becomes empty is not fetched. Under the gate.</summary>
    /// <param name="size">The new size in bytes.</param>
    /// <param name="needsCopyUp">Nothing has changed: the input must be copied first (<see cref="CopyUpAsync"/>).</param>
    internal Errno Truncate(ulong size, out bool needsCopyUp)
    {
        needsCopyUp = false;
        if (_scratch is null)
        {
            if (Root.Options.Inputs == InputMode.ReadOnly)
            {
                return Errno.EACCES;
            }

            if (size != 0 && Size != 0)
            {
                needsCopyUp = true;
                return Errno.Success;
            }

            BecomeWritten(Root.Scratch.NewFile(), 0);
        }

        if (size > long.MaxValue)
        {
            return Errno.EFBIG;
        }

        Errno errno = _scratch!.TryOpen(out SafeFileHandle? handle);
        if (errno == Errno.Success)
        {
            errno = (Errno)(-Syscall.Ftruncate(handle!, (long)size));
        }

        if (errno == Errno.Success)
        {
            _writtenSize = size;
            TouchData();
        }

        if (_opens == 0)
        {
            CloseDescriptors();
        }

        return errno;
    }

    /// <summary>Copies the input's bytes to a scratch file; one copy serves all who wait for it. Without the gate.</summary>
    /// <exception cref="ScratchException">The scratch disk failed.</exception>
    /// <exception cref="CasClient.CasException">The blob could not be fetched.</exception>
    internal Task CopyUpAsync(CancellationToken cancellationToken)
    {
        Task copy;
        lock (Root.Gate)
        {
            if (_scratch is not null)
            {
                return Task.CompletedTask;
            }

            // The copy is shared, so it does not end with one waiter's cancellation; a failed one is tried anew.
            _copyUp = copy = _copyUp is { IsCompleted: false } running ? running : Task.Run(CopyAsync, CancellationToken.None);
        }

        return copy.WaitAsync(cancellationToken);
    }

    private async Task CopyAsync()
    {
        using BlobLease lease = await OpenBlobAsync(CancellationToken.None).ConfigureAwait(false);
        ScratchFile scratch = Root.Scratch.NewFile();
        Errno errno = scratch.TryOpen(out SafeFileHandle? target);
        if (errno == Errno.Success)
        {
            errno = CopyBytes(lease, target!);
        }

        lock (Root.Gate)
        {
            if (errno == Errno.Success && _scratch is null && (Links > 0 || IsReferenced))
            {
                BecomeWritten(scratch, (ulong)lease.SizeBytes);
                if (_opens == 0)
                {
                    CloseDescriptors();
                }

                return;
            }
        }

        scratch.Delete();
        ScratchException.ThrowIfFailed(errno, "copying an input before its first write");
    }

    private static Errno CopyBytes(BlobLease source, SafeFileHandle target)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(CopyChunkBytes);
        try
        {
            for (long offset = 0; offset < source.SizeBytes;)
            {
                int read = RandomAccess.Read(source.Handle, buffer, offset);
                if (read == 0)
                {
                    return Errno.EIO; // the cached blob is shorter than its digest says
                }

                Errno errno = WriteFully(target, buffer.AsSpan(0, read), offset);
                if (errno != Errno.Success)
                {
                    return errno;
                }

                offset += read;
            }

            return Errno.Success;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Errno WriteFully(SafeFileHandle target, ReadOnlySpan<byte> data, long offset)
    {
        while (!data.IsEmpty)
        {
            nint written = Syscall.PWrite(target, data, offset);
            if (written < 0)
            {
                return (Errno)(-written);
            }

            data = data[(int)written..];
            offset += written;
        }

        return Errno.Success;
    }

    private void BecomeWritten(ScratchFile scratch, ulong size)
    {
        ChangeMetadata();
        _scratch = scratch;
        _writtenSize = size;
        // The lease stays open with the file: a READ that began before this may be about to use it.
    }

    private void TouchData()
    {
        NodeMetadata metadata = ChangeMetadata();
        metadata.ModificationTime = metadata.ChangeTime = NodeTime.Now(Root.Clock);
    }
}
