using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Cli.Output;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Trees;

/// <summary>
/// Resolves paths in an input tree as a process chrooted there would: <c>..</c> stops at the root, an absolute
/// link begins at it, and at most 40 links are followed, as by the kernel.
/// </summary>
internal sealed class TreePath(IDirectorySource directories, Digest root)
{
    private const int MaxLinks = 40;

    // What 40 links of 4,095 bytes each may add, and more than any path has.
    private const int MaxSteps = 100_000;

    /// <summary>Follows a path.</summary>
    /// <param name="path">The path; relative ones begin at the root, too.</param>
    /// <param name="followLast">Whether a symbolic link at the end is followed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">There is no such path; names where it ends.</exception>
    /// <exception cref="CasException">A directory on the way cannot be had.</exception>
    public async Task<TreeItem> ResolveAsync(string path, bool followLast, CancellationToken cancellationToken)
    {
        Stack<TreeItem> above = new();
        TreeItem current = new(root, null, 0);
        Stack<byte[]> rest = new();
        Push(rest, ByteExactText.Encode(path));
        bool mustBeDirectory = path.EndsWith('/');
        int links = 0;
        for (int step = 0; rest.TryPop(out byte[]? name); step++)
        {
            if (step == MaxSteps)
            {
                throw new CliException($"{PrintableText.Of(path)}: more than {MaxSteps} steps through links: the tree is hostile");
            }

            if (current.Directory is not { } digest)
            {
                throw new CliException($"{PrintableText.Of(path)}: what stands before '{PrintableText.Of(name)}' is no directory");
            }

            if (name is [(byte)'.', (byte)'.'])
            {
                current = above.TryPop(out TreeItem parent) ? parent : current;
                continue;
            }

            DirectoryListing listing = await directories.GetAsync(digest, cancellationToken);
            int index = listing.Find(name);
            if (index < 0)
            {
                throw new CliException($"{PrintableText.Of(path)}: no '{PrintableText.Of(name)}' in directory {digest}; 'vroot ls' shows what is there");
            }

            if (listing.GetKind(index) != DirectoryEntryKind.Symlink || (rest.Count == 0 && !followLast && !mustBeDirectory))
            {
                above.Push(current);
                current = new TreeItem(listing.GetKind(index) == DirectoryEntryKind.Directory ? listing.GetDigest(index) : null, listing, index);
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new CliException($"{PrintableText.Of(path)}: more than {MaxLinks} symbolic links on the way, the last one '{PrintableText.Of(name)}'");
            }

            if (listing.GetTarget(index) is [(byte)'/', ..])
            {
                above.Clear();
                current = new TreeItem(root, null, 0);
            }

            Push(rest, listing.GetTarget(index));
        }

        return mustBeDirectory && current.Directory is null ? throw new CliException($"{PrintableText.Of(path)}: no directory") : current;
    }

    private static void Push(Stack<byte[]> rest, ReadOnlySpan<byte> path)
    {
        for (int end = path.Length; end > 0;)
        {
            int start = path[..end].LastIndexOf((byte)'/') + 1;
            if (end > start && path[start..end] is not [(byte)'.'])
            {
                rest.Push(path[start..end].ToArray());
            }

            end = start - 1;
        }
    }
}
