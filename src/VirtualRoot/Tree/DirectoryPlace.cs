using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Tree;

/// <summary>An entry of an input directory, which is an entry of the one above: where a row of reads is.</summary>
/// <param name="Above">The listing that the directory is in; null for a root's top.</param>
/// <param name="DirectoryIndex">The directory's entry there.</param>
/// <param name="Listing">The directory's listing; null: nowhere.</param>
/// <param name="Index">The entry; -1: before the first.</param>
internal readonly record struct DirectoryPlace(DirectoryListing? Above, int DirectoryIndex, DirectoryListing? Listing, int Index)
{
    /// <summary>Whether the entry is a file.</summary>
    public bool IsFile => Index >= 0 && Listing!.GetKind(Index) == DirectoryEntryKind.File;

    /// <summary>A file's size in bytes.</summary>
    public long Size => Listing!.GetSize(Index);

    /// <summary>A file's blob.</summary>
    public Digest Digest => Listing!.GetDigest(Index);

    /// <summary>Whether it comes after <paramref name="other"/> in the order of names, in the same directory or in one beside it.</summary>
    public bool IsAfter(in DirectoryPlace other) => IsBeside(other)
        && (DirectoryIndex > other.DirectoryIndex || (DirectoryIndex == other.DirectoryIndex && Index > other.Index));

    /// <summary>Whether it comes after <paramref name="other"/>, with at most <paramref name="gap"/> entries left out; in a directory
    /// beside it, with at most as many directories, and as many of its first entries.</summary>
    public bool Follows(in DirectoryPlace other, int gap) => IsAfter(other)
        && (DirectoryIndex == other.DirectoryIndex ? Index - other.Index <= gap + 1 : DirectoryIndex - other.DirectoryIndex <= gap + 1 && Index <= gap);

    /// <summary>The next entry: of the directory, else the first of the next directory beside it whose listing is in memory.</summary>
    public bool TryAdvance(IDirectorySource directories, out DirectoryPlace next)
    {
        next = this with { Index = Index + 1 };
        if (Listing is not null && next.Index < Listing.Count)
        {
            return true;
        }

        for (int index = DirectoryIndex + 1; index < (Above?.Count ?? 0); index++)
        {
            if (Above!.GetKind(index) == DirectoryEntryKind.Directory)
            {
                next = new DirectoryPlace(Above, index, directories.TryGet(Above.GetDigest(index), out DirectoryListing? listing) ? listing : null, 0);
                return listing is { Count: > 0 };
            }
        }

        return false;
    }

    private bool IsBeside(in DirectoryPlace other) => other.Listing is not null && (Above is null ? Listing == other.Listing : Above == other.Above);
}
