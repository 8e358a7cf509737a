using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;

namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>A store whose chosen blobs never come until they are let go.</summary>
internal sealed class HeldBlobs(IBlobCache blobs) : IBlobCache
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    /// <summary>Blobs of this size in bytes are held.</summary>
    public long HeldSize { get; init; }

    /// <summary>Fetches that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Release() => _release.TrySetResult();

    public bool TryOpen(in Digest digest, [NotNullWhen(true)] out BlobLease? lease)
    {
        lease = null;
        return (digest.SizeBytes != HeldSize || _release.Task.IsCompleted) && blobs.TryOpen(digest, out lease);
    }

    public bool Contains(in Digest digest) => (digest.SizeBytes != HeldSize || _release.Task.IsCompleted) && blobs.Contains(digest);

    public bool TryRead(in Digest digest, Span<byte> bytes) => (digest.SizeBytes != HeldSize || _release.Task.IsCompleted) && blobs.TryRead(digest, bytes);

    public async ValueTask<BlobLease> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (digest.SizeBytes == HeldSize)
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                await _release.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        return await blobs.OpenAsync(digest, cancellationToken);
    }

    public async ValueTask<bool> BringAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (Contains(digest))
        {
            return false;
        }

        (await OpenAsync(digest, cancellationToken)).Dispose();
        return true;
    }
}
