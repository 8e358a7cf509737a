using System.Diagnostics.CodeAnalysis;
using VirtualRoot.CasClient.Blobs;

namespace VirtualRoot.CasClient.Storage;

/// <summary>A store that stands for the whole CAS: what is not in it is missing.</summary>
public sealed class LocalBlobCache(BlobStore store) : IBlobCache
{
    /// <inheritdoc/>
    public bool TryOpen(in Digest digest, [NotNullWhen(true)] out BlobLease? lease) => store.TryOpen(digest, out lease);

    /// <inheritdoc/>
    public ValueTask<BlobLease> OpenAsync(Digest digest, CancellationToken cancellationToken) =>
        store.TryOpen(digest, out BlobLease? lease)
            ? ValueTask.FromResult(lease)
            : ValueTask.FromException<BlobLease>(new CasException(
                CasErrorKind.Missing, $"blob {digest} is not in the store {store.Directory}: push it again", digest));
}
