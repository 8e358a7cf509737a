using VirtualRoot.CasClient;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tree;

/// <content>Changing the bytes. Everything here is called under the gate, but for <see cref="Measure"/>.</content>
public sealed partial class TreeFile
{
    private const long BlockBytes = 4096;
    private const int SeekHole = 4; // SEEK_HOLE

    /// <summary>What the scratch file occupies, in bytes; without the gate.</summary>
    internal static long Measure(in DescriptorUse use) =>
        Syscall.StatX(use.Handle!, "\0"u8, StatXMask.STATX_BLOCKS, out StatXBuffer status) == 0 ? (long)status.Blocks * 512 : 0;

    /// <summary>Gets ready for bytes to be written or allocated, and sets the space aside that they may need.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="change">Set on success: the descriptor, for <see cref="EndChange"/> and to be disposed. None: the blob must be copied first (<see cref="CopyUpAsync"/>).</param>
    internal Errno BeginChange(ulong offset, ulong length, out ContentChange change)
    {
        change = default;
        if (Root.IsClosed)
        {
            return Errno.ESTALE;
        }

        if (IsReadOnlyInput)
        {
            return Errno.EACCES;
        }

        if (offset > long.MaxValue || length > long.MaxValue - offset)
        {
            return Errno.EFBIG;
        }

        if (_content?.Scratch is null)
        {
            if (Size != 0)
            {
                return Errno.Success;
            }

            BecomeWritten(Root.Scratch.NewFile(), 0);
        }

        Errno errno = _content!.Scratch!.TryOpen(out DescriptorUse use);
        if (errno != Errno.Success)
        {
            return errno;
        }

        long reserved = length == 0 || Quota.MaxBytes is null ? 0 : (((long)length + BlockBytes - 1) / BlockBytes * BlockBytes) + BlockBytes;
        if (reserved > Quota.FreeBytes && IsAllocated(use, (long)offset, (long)length))
        {
            reserved = 0; // bytes that are there already may always be overwritten
        }

        if (!Quota.TryTakeBytes(reserved))
        {
            use.Dispose();
            CloseIfUnused();
            return Errno.ENOSPC;
        }

        change = new ContentChange(use, reserved);
        return Errno.Success;
    }

    /// <summary>Takes note of what a change did, gives back the space that it did not need, and disposes it.</summary>
    /// <param name="change">As it began.</param>
    /// <param name="size">The file's size now; null: the bytes did not change after all.</param>
    /// <param name="allocated">What the scratch file occupies now (<see cref="Measure"/>).</param>
    internal void EndChange(in ContentChange change, ulong? size, long allocated)
    {
        Quota.GiveBackBytes(change.Reserved);
        change.Use.Dispose();
        if (_content!.Scratch is not null)
        {
            Settle(allocated);
            if (size is { } changed)
            {
                _content.Size = changed;
                TouchData();
            }

            CloseIfUnused();
        }
    }

    /// <summary>Writes at the file's end as it is now, after whoever appends at the same time. Without the gate.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="written">How many of them the file has now.</param>
    /// <param name="needsCopyUp">Nothing was written: the blob must be copied first (<see cref="CopyUpAsync"/>).</param>
    internal Errno Append(ReadOnlySpan<byte> data, out int written, out bool needsCopyUp)
    {
        written = 0;
        lock (Root.Appending)
        {
            ulong end;
            Errno errno;
            ContentChange change;
            lock (Root.Gate)
            {
                end = Size;
                errno = BeginChange(end, (ulong)data.Length, out change);
            }

            needsCopyUp = errno == Errno.Success && change.IsNone;
            if (errno != Errno.Success || needsCopyUp)
            {
                return errno;
            }

            nint result = Syscall.PWrite(change.Use.Handle!, data, (long)end);
            written = (int)Math.Max(0, result);
            Root.Statistics.CountWritten(written);
            long allocated = Measure(change.Use);
            lock (Root.Gate)
            {
                EndChange(change, written > 0 ? Math.Max(Size, end + (ulong)written) : null, allocated);
            }

            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
    }

    /// <summary>Gives the file a new size. What becomes empty or shorter is not fetched.</summary>
    /// <param name="size">The new size in bytes.</param>
    /// <param name="needsCopyUp">Nothing has changed: the blob must be copied first (<see cref="CopyUpAsync"/>).</param>
    internal Errno Truncate(ulong size, out bool needsCopyUp)
    {
        needsCopyUp = false;
        if (IsReadOnlyInput)
        {
            return Errno.EACCES;
        }

        // A scratch file may have space behind its end (KEEP_SIZE), which a truncation gives back, to the same size, too.
        if (size == Size && _content?.Scratch is null)
        {
            TouchTimes();
            return Errno.Success;
        }

        if (size < Size && _content?.Scratch is null)
        {
            SetBlob(size == 0 ? Root.EmptyBlob : BlobDigest, size);
            return Errno.Success;
        }

        Errno errno = BeginChange(size, 0, out ContentChange change);
        needsCopyUp = errno == Errno.Success && change.IsNone;
        if (errno != Errno.Success || needsCopyUp)
        {
            return errno;
        }

        bool isSame = size == Size;
        errno = (Errno)(-Syscall.Ftruncate(change.Use.Handle!, (long)size));
        EndChange(change, errno == Errno.Success && !isSame ? size : null, Measure(change.Use));
        if (errno == Errno.Success && isSame)
        {
            TouchTimes();
        }

        return errno;
    }

    /// <summary>Makes this file the first bytes of the blob that <paramref name="source"/> is, where a copy of
    /// <paramref name="length"/> bytes continues or begins one: no byte is read or written.</summary>
    /// <param name="source">The file copied from.</param>
    /// <param name="sourceOffset">First byte there.</param>
    /// <param name="offset">First byte here.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="shared">Bytes that this file has got.</param>
    /// <returns>False if the bytes must be copied.</returns>
    internal bool TryShare(TreeFile source, ulong sourceOffset, ulong offset, ulong length, out ulong shared)
    {
        shared = 0;
        bool continues = _content?.Scratch is null && offset != 0 && source.TryGetBlob(out Digest blob) && BlobDigest == blob;
        if (IsReadOnlyInput || source == this || sourceOffset != offset || Size != offset || !source.TryGetBlob(out blob) || (offset != 0 && !continues))
        {
            return false;
        }

        shared = Math.Min(length, source.Size - offset);
        if (_content?.Scratch is { } empty)
        {
            empty.Delete();
            _content.Scratch = null;
            Settle(0);
        }

        SetBlob(blob, offset + shared);
        return true;
    }

    private void SetBlob(in Digest blob, ulong size)
    {
        if (_content is null)
        {
            ChangeMetadata();
            _content = new WrittenContent(blob, size);
        }
        else
        {
            if (_content.Blob != blob)
            {
                CloseLease();
            }

            _content.Blob = blob;
            _content.Size = size;
        }

        TouchData();
    }

    private void BecomeWritten(ScratchFile scratch, long allocated)
    {
        ChangeMetadata();
        _content ??= new WrittenContent(BlobDigest, Size);
        _content.Scratch = scratch;
        Settle(allocated);
        // The lease stays open with the file: a READ that began before this may be about to use it.
    }

    private void Settle(long allocated)
    {
        Quota.Settle(_isVacated ? 0 : allocated - _content!.Allocated);
        _content!.Allocated = allocated;
    }

    private bool IsAllocated(in DescriptorUse use, long offset, long length) =>
        (ulong)(offset + length) <= Size && Syscall.Lseek(use.Handle!, offset, SeekHole) >= offset + length;

    private void CloseIfUnused()
    {
        if (_opens == 0)
        {
            CloseDescriptors();
        }
    }

    private void TouchData()
    {
        DataVersion++;
        TouchTimes();
    }

    private void TouchTimes()
    {
        NodeMetadata metadata = ChangeMetadata();
        metadata.ModificationTime = metadata.ChangeTime = NodeTime.Now(Root.Clock);
    }
}
