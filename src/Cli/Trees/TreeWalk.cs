using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Cli.Trees;

/// <summary>Visits entries of an input tree in the order of their names, a directory before what is in it.</summary>
internal sealed class TreeWalk(IDirectorySource directories)
{
    /// <summary>Entries that one walk visits: a tree whose directories share digests may have exponentially many.</summary>
    public const int MaxEntries = 20_000_000;

    private int _visited;

    /// <summary>Visits what is in a directory.</summary>
    /// <param name="directory">Its digest.</param>
    /// <param name="prefix">What stands before the names: empty, or a path that ends in '/'.</param>
    /// <param name="recursive">Whether directories in it are entered.</param>
    /// <param name="visit">Told the path, and the entry by its listing and index.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CasException">A directory cannot be had; or LimitExceeded.</exception>
    public async Task VisitAsync(
        Digest directory, byte[] prefix, bool recursive, Action<byte[], DirectoryListing, int> visit, CancellationToken cancellationToken)
    {
        // A stack of its own: a hostile depth must meet the limit, not the end of the thread's stack.
        Stack<(DirectoryListing Listing, byte[] Prefix, int Next)> stack = new();
        stack.Push((await directories.GetAsync(directory, cancellationToken), prefix, 0));
        while (stack.TryPop(out (DirectoryListing Listing, byte[] Prefix, int Next) level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (level.Next == level.Listing.Count)
            {
                continue;
            }

            stack.Push(level with { Next = level.Next + 1 });
            CheckLimits(directory, stack.Count);
            byte[] path = [.. level.Prefix, .. level.Listing.GetName(level.Next)];
            visit(path, level.Listing, level.Next);
            if (recursive && level.Listing.GetKind(level.Next) == DirectoryEntryKind.Directory)
            {
                stack.Push((await directories.GetAsync(level.Listing.GetDigest(level.Next), cancellationToken), [.. path, (byte)'/'], 0));
            }
        }
    }

    private void CheckLimits(Digest directory, int depth)
    {
        if (depth > DirectoryLimits.Default.MaxDepth)
        {
            throw new CasException(CasErrorKind.LimitExceeded, $"the tree below {directory} has more than {DirectoryLimits.Default.MaxDepth} levels", directory);
        }

        if (++_visited > MaxEntries)
        {
            throw new CasException(CasErrorKind.LimitExceeded, $"the tree below {directory} has more than {MaxEntries} entries", directory);
        }
    }
}
