using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Storage;

/// <summary>
/// Verified blobs as files named by their digest: the client's disk cache and the embedded CAS's storage.
/// </summary>
/// <remarks>
/// <para>
/// Model: <c>&lt;function&gt;/&lt;2 hex&gt;/&lt;hash&gt;-&lt;size&gt;</c>, immutable, mode 0444, written under
/// <c>staging/</c> and renamed into place once verified: the rename is the commit. There is no index; a blob is found
/// by open(2), its last use is its mtime, and the kernel keeps the leases: an open blob is locked shared (flock), and
/// eviction takes only what it can lock exclusively. So several processes share a store without talking, and a killed
/// one leaves no lease and nothing half-written under a digest's name.
/// </para>
/// <para>
/// The bound: a scan of the directory counts what is there (in the background, after the first write; 100,000 blobs
/// take some 0.3 s), own writes are added. Each store counts its own writes only, so stores that share a directory may
/// together exceed the bound by a sixteenth for each process before a scan shows it; alone, a store never exceeds it
/// by more than what is in use, once it was scanned.
/// </para>
/// <para>
/// Lock order: <c>_evictionGate</c>, then the file <c>evict.lock</c>. The file <c>lock</c> is held alone and briefly
/// (staging directories). A blob's own lock is only ever tried, never waited for. None is held across an await.
/// </para>
/// </remarks>
public sealed partial class BlobStore : IDisposable
{
    /// <summary>What a blob's size on disk is rounded up to.</summary>
    public const int BlockSize = 4096;

    private readonly BlobStoreOptions _options;
    private readonly SafeFileHandle _storeLock;
    private readonly SafeFileHandle?[] _functionDirectories = new SafeFileHandle?[(int)DigestFunction.Sha512 + 1];
    private readonly StagingArea _staging;
    private readonly GroupCommit? _commits;
    private readonly Lock _openGate = new();
    private readonly CancellationTokenSource _closing = new();
    private long _damaged;

    private BlobStore(BlobStoreOptions options)
    {
        _options = options;
        System.IO.Directory.CreateDirectory(options.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _storeLock = OpenLockFile("lock");
        _staging = StagingArea.Open(options.Directory, _storeLock, options.Logger);
        _commits = options.Durable ? new GroupCommit(this) : null;
    }

    /// <summary>The store's directory.</summary>
    public string Directory => _options.Directory;

    /// <summary>The bound in bytes on disk.</summary>
    public long MaxBytes => _options.MaxBytes;

    /// <summary>What the store holds and did. Cheap; see <see cref="Scan"/> for exact figures.</summary>
    public BlobStoreStatistics Statistics => new(
        _count.Blobs,
        _count.Bytes,
        Volatile.Read(ref _evictions),
        Volatile.Read(ref _evictedBytes),
        Volatile.Read(ref _damaged),
        Volatile.Read(ref _scanned));

    /// <summary>Opens or makes a store. What processes that died left unfinished is swept; blobs are not looked at yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    /// <exception cref="CasException">The directory cannot be used.</exception>
    public static BlobStore Open(BlobStoreOptions options)
    {
        options.Validate();
        try
        {
            return new BlobStore(options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CasException(
                CasErrorKind.Other,
                $"cannot open the store {options.Directory}: {exception.Message} Name a directory that you may write to",
                innerException: exception);
        }
    }

    /// <summary>A blob that is here: one open(2), one statx(2), one flock(2).</summary>
    /// <returns>False if it is not here, or its size on disk was wrong (it is dropped then).</returns>
    /// <exception cref="CasException">The file cannot be opened: out of descriptors, permissions.</exception>
    public bool TryOpen(in Digest digest, [NotNullWhen(true)] out BlobLease? lease)
    {
        lease = null;
        SafeFileHandle directory = FunctionDirectory(digest.Function);
        Span<byte> buffer = stackalloc byte[BlobName.MaxBytes];
        ReadOnlySpan<byte> name = BlobName.Format(digest, buffer);
        int descriptor = Syscall.OpenAt(directory, name, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_NOFOLLOW);
        if (descriptor == -(int)Errno.ENOENT && IsEmptyBlob(digest))
        {
            Write(digest, []);
            descriptor = Syscall.OpenAt(directory, name, OpenFlags.O_RDONLY | OpenFlagsOfThisMachine.O_NOFOLLOW);
        }

        if (descriptor == -(int)Errno.ENOENT)
        {
            return false;
        }

        ThrowIfFailed(Math.Min(descriptor, 0), "open", digest);
        SafeFileHandle handle = new(descriptor, ownsHandle: true);

        // A refusal means that an eviction holds the blob this instant: the name goes, our descriptor stays good.
        _ = Syscall.Flock(handle, FlockOperation.LOCK_SH | FlockOperation.LOCK_NB);
        int result = Syscall.StatX(handle, "\0"u8, StatXMask.STATX_SIZE | StatXMask.STATX_MTIME, out StatXBuffer status);
        if (result < 0 || status.Size != (ulong)digest.SizeBytes)
        {
            handle.Dispose();
            ThrowIfFailed(result, "statx", digest);
            Drop(digest, $"{status.Size} bytes on disk");
            return false;
        }

        Touch(directory, name, status);
        lease = new BlobLease(handle, digest.SizeBytes);
        return true;
    }

    /// <summary>Whether a blob is here; that counts as a use of it.</summary>
    public bool Contains(in Digest digest)
    {
        SafeFileHandle directory = FunctionDirectory(digest.Function);
        Span<byte> buffer = stackalloc byte[BlobName.MaxBytes];
        ReadOnlySpan<byte> name = BlobName.Format(digest, buffer);
        int result = Syscall.StatX(directory, name, StatXMask.STATX_SIZE | StatXMask.STATX_MTIME, out StatXBuffer status);
        if (result == -(int)Errno.ENOENT)
        {
            return IsEmptyBlob(digest);
        }

        ThrowIfFailed(result, "statx", digest);
        if (status.Size != (ulong)digest.SizeBytes)
        {
            Drop(digest, $"{status.Size} bytes on disk");
            return false;
        }

        Touch(directory, name, status);
        return true;
    }

    /// <summary>Removes a blob. Leases on it stay good.</summary>
    /// <returns>Whether it was here.</returns>
    public bool Remove(in Digest digest)
    {
        int result = Unlink(digest);
        if (result == -(int)Errno.ENOENT)
        {
            return false;
        }

        ThrowIfFailed(result, "unlink", digest);
        return true;
    }

    /// <summary>Reads a blob again and compares it with its digest; a damaged one is dropped.</summary>
    /// <returns>Whether it is here and whole.</returns>
    public bool Verify(in Digest digest)
    {
        if (!TryOpen(digest, out BlobLease? lease))
        {
            return false;
        }

        using (lease)
        using (DigestHasher hasher = new(digest.Function))
        {
            byte[] buffer = new byte[(int)Math.Min(128 * 1024, lease.SizeBytes)];
            for (long offset = 0; offset < lease.SizeBytes;)
            {
                int length = RandomAccess.Read(lease.Handle, buffer, offset);
                if (length == 0)
                {
                    break;
                }

                hasher.Append(buffer.AsSpan(0, length));
                offset += length;
            }

            if (hasher.Finish() == digest)
            {
                return true;
            }
        }

        Drop(digest, "its bytes do not match");
        return false;
    }

    /// <summary>Ends the store: unfinished writes are removed, leases stay good.</summary>
    public void Dispose()
    {
        if (!_closing.IsCancellationRequested)
        {
            _commits?.Dispose();
            _closing.Cancel();
            lock (_evictionGate)
            {
                _staging.Dispose();
                _storeLock.Dispose();
                foreach (SafeFileHandle? directory in _functionDirectories)
                {
                    directory?.Dispose();
                }
            }

            _closing.Dispose();
        }
    }

    /// <summary>A failed system call on a blob as the exception that people read.</summary>
    internal void ThrowIfFailed(int result, string call, in Digest digest)
    {
        if (result < 0)
        {
            Errno errno = (Errno)(-result);
            throw errno is Errno.ENOSPC or Errno.EDQUOT
                ? new CasException(
                    CasErrorKind.LimitExceeded,
                    $"{call} of blob {digest} in {Directory}: {errno}; nothing more can be evicted: free space on that disk", digest)
                : new CasException(CasErrorKind.Other, $"{call} of blob {digest} in {Directory}: {errno}; check the store's directory", digest);
        }
    }

    private static bool IsEmptyBlob(in Digest digest) => digest.SizeBytes == 0 && DigestHasher.Compute(digest.Function, []) == digest;

    private static long OnDisk(long sizeBytes) => (sizeBytes + BlockSize - 1) / BlockSize * BlockSize;

    private void Drop(in Digest digest, string reason)
    {
        _options.Logger.DroppedDamaged(digest, reason);
        Interlocked.Increment(ref _damaged);
        Remove(digest);
    }

    private int Unlink(in Digest digest)
    {
        Span<byte> buffer = stackalloc byte[BlobName.MaxBytes];
        long scans = _count.Scans;
        int result = Syscall.UnlinkAt(FunctionDirectory(digest.Function), BlobName.Format(digest, buffer));
        if (result == 0)
        {
            _count.Remove(OnDisk(digest.SizeBytes), scans);
        }

        return result;
    }

    private void Touch(SafeFileHandle directory, ReadOnlySpan<byte> name, in StatXBuffer status)
    {
        long age = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()
            - ((status.ModificationTime.Seconds * 1000) + (status.ModificationTime.Nanoseconds / 1_000_000));
        if (age >= _options.TouchGranularity.TotalMilliseconds)
        {
            // Another user's store, or one that just lost the blob: its LRU is a little wrong, no more.
            _ = Syscall.UTimeNowAt(directory, name);
        }
    }

    private SafeFileHandle FunctionDirectory(DigestFunction function)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        return (uint)function < (uint)_functionDirectories.Length && Volatile.Read(ref _functionDirectories[(int)function]) is { } directory
            ? directory
            : OpenFunctionDirectory(function);
    }

    private SafeFileHandle OpenFunctionDirectory(DigestFunction function)
    {
        if (Digest.HashLength(function) == 0)
        {
            throw new CasException(CasErrorKind.Unsupported, $"digest function {function} is not supported: use SHA-256");
        }

        lock (_openGate)
        {
            string path = Path.Join(Directory, BlobName.DirectoryOf(function));
            System.IO.Directory.CreateDirectory(path);
            return _functionDirectories[(int)function] ??= StagingArea.OpenDirectory(path);
        }
    }

    // Not by File.OpenHandle, which locks what it opens, and fails where somebody else has.
    private SafeFileHandle OpenLockFile(string name)
    {
        using SafeFileHandle directory = StagingArea.OpenDirectory(Directory);
        int descriptor = Syscall.OpenAt(
            directory, Encoding.UTF8.GetBytes(name + '\0'), OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x180 /* 0600 */);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new CasException(
                CasErrorKind.Other, $"open {Directory}/{name}: {(Errno)(-descriptor)}; name a store's directory that you may write to");
    }

    private string FanOutDirectory(in Digest digest) => Path.Join(
        Directory, BlobName.DirectoryOf(digest.Function), digest.Hash[0].ToString("x2", CultureInfo.InvariantCulture));
}
