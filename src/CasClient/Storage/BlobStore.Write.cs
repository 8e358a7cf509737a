using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Storage;

/// <summary>Writing: staged, verified, renamed.</summary>
public sealed partial class BlobStore
{
    /// <summary>Begins to write a blob; nothing is visible before it commits.</summary>
    /// <exception cref="CasException">LimitExceeded: it is larger than the store's bound, or the disk is full.</exception>
    public BlobWriter BeginWrite(in Digest digest)
    {
        RequireFits(digest);
        SafeFileHandle handle = CreateStaged(digest, out long number);
        return new BlobWriter(this, digest, handle, number);
    }

    /// <summary>Stores a blob that is in memory, unless it is here: open, write, close, rename.</summary>
    /// <exception cref="CasException">Corrupt: the bytes do not match. LimitExceeded: as <see cref="BeginWrite"/>.</exception>
    public void Put(in Digest digest, ReadOnlySpan<byte> contents)
    {
        RequireMatch(digest, contents);
        PutVerified(digest, contents);
    }

    /// <summary><see cref="Put"/>; in a durable store together with whatever else is being stored.</summary>
    /// <exception cref="CasException">As <see cref="Put"/>.</exception>
    public async Task PutAsync(Digest digest, ReadOnlyMemory<byte> contents, CancellationToken cancellationToken = default)
    {
        if (_commits is null)
        {
            Put(digest, contents.Span);
            return;
        }

        RequireMatch(digest, contents.Span);
        RequireFits(digest);
        if (!Contains(digest))
        {
            await _commits.Room.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await WriteAsync(digest, contents).ConfigureAwait(false);
            }
            finally
            {
                _commits.Room.Release();
            }
        }
    }

    /// <summary><see cref="Put"/> of bytes that the caller has just hashed.</summary>
    internal void PutVerified(in Digest digest, ReadOnlySpan<byte> contents)
    {
        RequireFits(digest);
        if (!Contains(digest))
        {
            Write(digest, contents);
        }
    }

    /// <summary>Writes bytes at an offset of an unfinished blob; a full disk is met by eviction, once.</summary>
    internal void WriteStaged(SafeFileHandle handle, ReadOnlySpan<byte> bytes, long offset, in Digest digest)
    {
        if (!TryWriteStaged(handle, bytes, offset, digest, out _))
        {
            MakeRoom(digest);
            if (!TryWriteStaged(handle, bytes, offset, digest, out int error))
            {
                ThrowIfFailed(-error, "write", digest);
            }
        }
    }

    /// <summary>Gives an unfinished, verified blob its name; in a durable store, so that both outlast the machine.</summary>
    internal void Publish(SafeFileHandle handle, long number, in Digest digest)
    {
        if (_options.Durable)
        {
            Flush(handle, digest);
        }

        GiveName(number, digest);
        if (_options.Durable)
        {
            FlushName(digest);
        }
    }

    /// <summary><see cref="Publish"/>; in a durable store together with whatever else is being published.</summary>
    internal Task PublishAsync(SafeFileHandle handle, long number, in Digest digest)
    {
        if (_commits is not null)
        {
            return _commits.AddAsync(handle, number, digest);
        }

        GiveName(number, digest);
        return Task.CompletedTask;
    }

    /// <summary>Waits until what a descriptor leads to is on the disk.</summary>
    internal void Flush(SafeFileHandle handle, in Digest digest)
    {
        try
        {
            _options.Flush(handle);
        }
        catch (IOException exception)
        {
            throw new CasException(
                CasErrorKind.Other, $"fsync for blob {digest} in {Directory}: {exception.Message}; check the disk", digest, exception);
        }
    }

    /// <summary>Waits until a blob's name is on the disk.</summary>
    internal void FlushName(in Digest digest)
    {
        using SafeFileHandle directory = StagingArea.OpenDirectory(FanOutDirectory(digest));
        Flush(directory, digest);
    }

    /// <summary>Renames an unfinished, verified blob.</summary>
    internal void GiveName(long number, in Digest digest)
    {
        SafeFileHandle directory = FunctionDirectory(digest.Function);
        Span<byte> nameBuffer = stackalloc byte[BlobName.MaxBytes];
        Span<byte> stagedBuffer = stackalloc byte[32];
        ReadOnlySpan<byte> name = BlobName.Format(digest, nameBuffer);
        ReadOnlySpan<byte> staged = StagingArea.FormatName(number, stagedBuffer);

        // Whoever wrote the same blob first is replaced: these bytes were verified this minute.
        bool isNew = Syscall.StatX(directory, name, StatXMask.STATX_TYPE, out _) == -(int)Errno.ENOENT;
        int result = Syscall.RenameAt(_staging.Directory, staged, directory, name);
        if (result == -(int)Errno.ENOENT)
        {
            CreateFanOut(digest);
            result = Syscall.RenameAt(_staging.Directory, staged, directory, name);
        }

        if (result is -(int)Errno.ENOSPC or -(int)Errno.EDQUOT)
        {
            MakeRoom(digest);
            result = Syscall.RenameAt(_staging.Directory, staged, directory, name);
        }

        ThrowIfFailed(result, "rename", digest);
        if (isNew)
        {
            Wrote(OnDisk(digest.SizeBytes));
        }
    }

    /// <summary>Opens an unfinished blob as a lease, before its rename: nobody can take it away in between.</summary>
    internal BlobLease OpenStaged(long number, in Digest digest)
    {
        Span<byte> buffer = stackalloc byte[32];
        int descriptor = Syscall.OpenAt(_staging.Directory, StagingArea.FormatName(number, buffer), OpenFlags.O_RDONLY);
        ThrowIfFailed(Math.Min(descriptor, 0), "open", digest);
        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        _ = Syscall.Flock(handle, FlockOperation.LOCK_SH | FlockOperation.LOCK_NB);
        return new BlobLease(handle, digest.SizeBytes);
    }

    /// <summary>Removes an unfinished blob.</summary>
    internal void Abandon(long number) => _staging.Remove(number);

    private void Write(in Digest digest, ReadOnlySpan<byte> contents)
    {
        SafeFileHandle handle = CreateStaged(digest, out long number);
        bool published = false;
        try
        {
            using (handle)
            {
                WriteStaged(handle, contents, 0, digest);
                Publish(handle, number, digest);
                published = true;
            }
        }
        finally
        {
            if (!published)
            {
                Abandon(number);
            }
        }
    }

    private async Task WriteAsync(Digest digest, ReadOnlyMemory<byte> contents)
    {
        SafeFileHandle handle = CreateStaged(digest, out long number);
        bool published = false;
        try
        {
            using (handle)
            {
                WriteStaged(handle, contents.Span, 0, digest);
                await PublishAsync(handle, number, digest).ConfigureAwait(false);
                published = true;
            }
        }
        finally
        {
            if (!published)
            {
                Abandon(number);
            }
        }
    }

    private static void RequireMatch(in Digest digest, ReadOnlySpan<byte> contents)
    {
        if (contents.Length != digest.SizeBytes || DigestHasher.Compute(digest.Function, contents) != digest)
        {
            throw new CasException(
                CasErrorKind.Corrupt, $"{contents.Length} bytes do not match digest {digest}: they were not stored", digest);
        }
    }

    private SafeFileHandle CreateStaged(in Digest digest, out long number)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        int result = _staging.TryCreate(out number, out SafeFileHandle? handle);
        if (result is -(int)Errno.ENOSPC or -(int)Errno.EDQUOT)
        {
            MakeRoom(digest);
            result = _staging.TryCreate(out number, out handle);
        }

        ThrowIfFailed(result, "create", digest);
        return handle!;
    }

    private void RequireFits(in Digest digest)
    {
        if (digest.SizeBytes > _options.MaxBytes)
        {
            throw new CasException(
                CasErrorKind.LimitExceeded,
                $"blob {digest} is larger than the store's bound of {_options.MaxBytes} bytes: raise the cache size", digest);
        }
    }

    private void CreateFanOut(in Digest digest)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            try
            {
                System.IO.Directory.CreateDirectory(FanOutDirectory(digest));
                if (_options.Durable)
                {
                    Flush(FunctionDirectory(digest.Function), digest);
                }

                return;
            }
            catch (IOException exception) when (IsDiskFull(exception))
            {
                if (isRetry)
                {
                    ThrowIfFailed(-exception.HResult, "mkdir", digest);
                }

                MakeRoom(digest);
            }
        }
    }

    private bool TryWriteStaged(SafeFileHandle handle, ReadOnlySpan<byte> bytes, long offset, in Digest digest, out int error)
    {
        error = 0;
        try
        {
            RandomAccess.Write(handle, bytes, offset);
            return true;
        }
        catch (IOException exception) when (IsDiskFull(exception))
        {
            error = exception.HResult;
            return false;
        }
        catch (IOException exception)
        {
            throw new CasException(
                CasErrorKind.Other, $"write of blob {digest} in {Directory}: {exception.Message}; check the disk", digest, exception);
        }
    }

    // On Unix the framework puts errno into HResult.
    private static bool IsDiskFull(IOException exception) => exception.HResult is (int)Errno.ENOSPC or (int)Errno.EDQUOT;
}
