using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Cli.Trees;

/// <summary>What a path in a root leads to: the root itself, or an entry of a listing.</summary>
/// <param name="Directory">The digest, if it is a directory.</param>
/// <param name="Listing">The listing that has the entry; null for the root itself.</param>
/// <param name="Index">The entry's index there.</param>
internal readonly record struct TreeItem(Digest? Directory, DirectoryListing? Listing, int Index)
{
    /// <summary>What it is.</summary>
    public DirectoryEntryKind Kind => Listing?.GetKind(Index) ?? DirectoryEntryKind.Directory;
}
