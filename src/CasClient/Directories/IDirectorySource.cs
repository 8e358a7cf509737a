using System.Diagnostics.CodeAnalysis;

namespace VirtualRoot.CasClient.Directories;

/// <summary>Where decoded directories come from. Listings are immutable and shared by digest.</summary>
public interface IDirectorySource
{
    /// <summary>A listing that is in memory now. Never blocks, never allocates.</summary>
    bool TryGet(in Digest digest, [NotNullWhen(true)] out DirectoryListing? listing);

    /// <summary>A listing from memory, the disk cache or the CAS; validated.</summary>
    /// <exception cref="CasException">Missing, unavailable, corrupt or malformed; names the digest.</exception>
    ValueTask<DirectoryListing> GetAsync(Digest digest, CancellationToken cancellationToken);

    /// <summary>Starts to bring the whole tree below <paramref name="root"/> in the background, ahead of the walk
    /// (GetTree where the server has it, else batches level by level), within the stated limits. Never fails: what it
    /// cannot bring, <see cref="GetAsync"/> brings or reports.</summary>
    void Prefetch(Digest root);
}
