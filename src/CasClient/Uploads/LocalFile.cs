using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>A file to be uploaded: hashed, then read again if it is large, and never the wrong bytes under a digest.</summary>
internal sealed class LocalFile(string path)
{
    // Held in memory from hashing to sending; the pipeline has some hundreds of these at most.
    private const int HeldBytes = 64 * 1024;
    private const int BufferBytes = 256 * 1024;

    // AT_FDCWD: the paths are absolute.
    private static readonly SafeFileHandle s_workingDirectory = new(-100, ownsHandle: false);

    private FileIdentity _identity;

    public bool IsExecutable => _identity.IsExecutable;

    /// <summary>Reads and hashes the file.</summary>
    /// <exception cref="CasException">It cannot be read, or changes meanwhile.</exception>
    public BlobUpload Hash(DigestFunction function)
    {
        using SafeFileHandle handle = OpenHandle();
        Check(FileIdentity.Read(handle, "\0"u8, out _identity), "statx");
        BlobUpload upload = _identity.Size <= HeldBytes ? HashHeld(handle, function) : HashStreamed(handle, function);
        return upload.Digest.SizeBytes == (long)_identity.Size && IsUnchanged(handle, upload.Digest) ? upload : throw Changed();
    }

    // Opens the file again and makes sure that it is still the one that was hashed.
    private FileStream Reopen(in Digest digest)
    {
        SafeFileHandle handle = OpenHandle();
        try
        {
            return IsUnchanged(handle, digest) ? new FileStream(handle, FileAccess.Read, bufferSize: 0) : throw Changed();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // A link made or a chmod elsewhere stamps the file, too: only its bytes tell that from a write that put the mtime back.
    private bool IsUnchanged(SafeFileHandle handle, in Digest digest)
    {
        Check(FileIdentity.Read(handle, "\0"u8, out FileIdentity now), "statx");
        if (now != _identity)
        {
            if (!now.MayHaveTheBytesOf(_identity) || ComputeDigest(handle, digest.Function) != digest)
            {
                return false;
            }

            _identity = now;
        }

        return true;
    }

    private BlobUpload HashHeld(SafeFileHandle handle, DigestFunction function)
    {
        byte[] contents = new byte[_identity.Size];
        int length = 0;
        for (int count = -1; count != 0 && length < contents.Length; length += count)
        {
            count = RandomAccess.Read(handle, contents.AsSpan(length), length);
        }

        return new BlobUpload(DigestHasher.Compute(function, contents.AsSpan(0, length)), contents.AsMemory(0, length));
    }

    private BlobUpload HashStreamed(SafeFileHandle handle, DigestFunction function)
    {
        Digest digest = ComputeDigest(handle, function);
        return new BlobUpload(digest, () => Reopen(digest), () => Reopen(digest).Dispose());
    }

    private static Digest ComputeDigest(SafeFileHandle handle, DigestFunction function)
    {
        using var hasher = new DigestHasher(function);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int count = -1; count != 0;)
            {
                count = RandomAccess.Read(handle, buffer, hasher.Length);
                hasher.Append(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        return hasher.Finish();
    }

    // O_NONBLOCK: should the file have become a FIFO meanwhile, opening it must not hang.
    private SafeFileHandle OpenHandle()
    {
        int descriptor = Syscall.OpenAt(
            s_workingDirectory, Encoding.UTF8.GetBytes(path + '\0'), OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlagsOfThisMachine.O_NOFOLLOW);
        Check(Math.Min(descriptor, 0), "open");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new CasException(CasErrorKind.Other, $"{call} of '{EscapedText.Of(path)}': {(Errno)(-result)}; make it readable, or leave it out");
        }
    }

    private CasException Changed() => new(
        CasErrorKind.Other, $"'{EscapedText.Of(path)}' changed while it was uploaded: push again when nothing writes to it");
}
