using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>Verified blobs as local files: what is not there yet is fetched. A lease keeps its blob from eviction.</summary>
public interface IBlobCache
{
    /// <summary>A blob that is on disk now: at most an open(2), never the network.</summary>
    bool TryOpen(in Digest digest, [NotNullWhen(true)] out BlobLease? lease);

    /// <summary>Whether a blob is on disk now; cheaper than to open it.</summary>
    bool Contains(in Digest digest);

    /// <summary>The whole of a small blob that is in memory or on disk now; neither the network nor the disk is waited for.
    /// It allocates nothing where the blob is in memory.</summary>
    /// <param name="digest">Which.</param>
    /// <param name="bytes">As long as the blob.</param>
    /// <returns>False: open it, and wait.</returns>
    bool TryRead(in Digest digest, Span<byte> bytes);

    /// <summary>A blob from disk, or fetched, verified and stored first. One fetch serves all who wait; cancelling
    /// one waiter does not stop it for the others.</summary>
    /// <exception cref="CasException">Missing, unavailable, corrupt; names the digest.</exception>
    ValueTask<BlobLease> OpenAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Brings a blob to the disk, for somebody who may read it later.</summary>
    /// <returns>False: it was there.</returns>
    /// <exception cref="CasException">As <see cref="OpenAsync"/>.</exception>
    ValueTask<bool> BringAsync(Digest digest, CancellationToken cancellationToken);
}
