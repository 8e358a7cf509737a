using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Storage;

/// <summary>
/// A blob that is being written to a <see cref="BlobStore"/>: hashed on the way, visible only once <see cref="CommitAsync"/>
/// has found it whole. Disposing it without a commit removes it. For one thread at a time.
/// </summary>
public sealed class BlobWriter : IDisposable
{
    private readonly BlobStore _store;
    private readonly Digest _digest;
    private readonly SafeFileHandle _handle;
    private readonly DigestHasher _hasher;
    private readonly long _number;
    private bool _committed;

    internal BlobWriter(BlobStore store, in Digest digest, SafeFileHandle handle, long number)
    {
        _store = store;
        _digest = digest;
        _handle = handle;
        _number = number;
        _hasher = new DigestHasher(digest.Function);

        // From its rename until this writer's end the blob is in use.
        _ = Syscall.Flock(handle, FlockOperation.LOCK_SH | FlockOperation.LOCK_NB);
    }

    /// <summary>What is being written.</summary>
    public Digest Digest => _digest;

    /// <summary>Bytes written so far.</summary>
    public long Position => _hasher.Length;

    /// <summary>Appends bytes.</summary>
    /// <exception cref="CasException">Corrupt: more bytes than the digest states; none of these is written.
    /// LimitExceeded: the disk is full.</exception>
    public void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_committed || _handle.IsClosed, this);
        if (buffer.Length > _digest.SizeBytes - _hasher.Length)
        {
            throw new CasException(
                CasErrorKind.Corrupt, $"more than {_digest.SizeBytes} bytes came for digest {_digest}: they were not stored", _digest);
        }

        _store.WriteStaged(_handle, buffer, _hasher.Length, _digest);
        _hasher.Append(buffer);
    }

    /// <summary>Appends bytes. The page cache takes them: it completes at once.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Begins anew at position 0, after a fault of the source.</summary>
    public void Restart()
    {
        ObjectDisposedException.ThrowIf(_committed || _handle.IsClosed, this);
        RandomAccess.SetLength(_handle, 0);
        _ = _hasher.Finish();
    }

    /// <summary>Verifies size and hash and gives the blob its name. Until this writer is disposed, it is not evicted.</summary>
    /// <exception cref="CasException">Corrupt: size or hash differ; the store is as before, and the writer at its start.</exception>
    public async Task CommitAsync()
    {
        Verify();
        await _store.PublishAsync(_handle, _number, _digest).ConfigureAwait(false);
        _committed = true;
    }

    /// <summary><see cref="CommitAsync"/> at once, and a lease that no eviction can come before.</summary>
    public BlobLease CommitAndOpen()
    {
        Verify();
        BlobLease lease = _store.OpenStaged(_number, _digest);
        try
        {
            _store.Publish(_handle, _number, _digest);
            _committed = true;
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Ends the write; without a commit nothing of it stays.</summary>
    public void Dispose()
    {
        if (!_handle.IsClosed)
        {
            if (!_committed)
            {
                _store.Abandon(_number);
            }

            _handle.Dispose();
            _hasher.Dispose();
        }
    }

    private void Verify()
    {
        ObjectDisposedException.ThrowIf(_committed || _handle.IsClosed, this);
        long length = _hasher.Length;
        if (_hasher.Finish() != _digest)
        {
            RandomAccess.SetLength(_handle, 0);
            throw new CasException(
                CasErrorKind.Corrupt, $"{length} bytes do not match digest {_digest}: they were not stored", _digest);
        }
    }
}
