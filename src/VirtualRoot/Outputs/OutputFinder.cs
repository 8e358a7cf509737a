using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>
/// Finds what stands at an output's path, and makes the directories that lead there. Symbolic links are not followed:
/// where one leads is the action's business alone. The tree is asked under the root's gate; nothing is fetched under it.
/// </summary>
internal sealed class OutputFinder(Root root)
{
    private const uint DirectoryMode = 0x1ed; // 0755

    /// <summary>What stands at <paramref name="path"/>; null: nothing.</summary>
    /// <exception cref="OutputException">A symbolic link stands on the way.</exception>
    /// <exception cref="CasException">An input directory on the way cannot be had.</exception>
    public async Task<OutputPlace?> FindAsync(OutputPath path, CancellationToken cancellationToken)
    {
        OutputPlace place = new(root.Top, null, 0);
        for (int depth = 0; depth < path.Names.Length; depth++)
        {
            OutputPlace? next = place switch
            {
                { Node: TreeDirectory directory } => await FindAsync(directory, path.Names[depth], cancellationToken).ConfigureAwait(false),
                { Listing: { } listing } when listing.GetKind(place.Index) == DirectoryEntryKind.Directory =>
                    Find(await root.Directories.GetAsync(listing.GetDigest(place.Index), cancellationToken).ConfigureAwait(false), path.Names[depth]),
                _ => IsLink(place) ? throw LinkOnTheWay(path, depth) : null,
            };
            if (next is not { } found)
            {
                return null;
            }

            place = found;
        }

        return place;
    }

    /// <summary>Makes the directories that lead to an output, as far as they are missing.</summary>
    /// <returns>The last of them.</returns>
    /// <exception cref="OutputException">Something else stands on the way.</exception>
    /// <exception cref="CasException">An input directory on the way cannot be had.</exception>
    public async Task<TreeDirectory> MakeParentsAsync(OutputPath path, CancellationToken cancellationToken)
    {
        TreeDirectory directory = root.Top;
        for (int depth = 0; depth < path.Names.Length - 1; depth++)
        {
            TreeNode node = await FindOrMakeAsync(directory, path.Names[depth], cancellationToken).ConfigureAwait(false);
            directory = node as TreeDirectory ?? throw NoDirectory(path, depth);
        }

        return directory;
    }

    /// <summary>The child <paramref name="name"/>, whatever it is; a new directory where there is none.</summary>
    /// <exception cref="CasException">The listing of <paramref name="directory"/> cannot be had.</exception>
    public async Task<TreeNode> FindOrMakeAsync(TreeDirectory directory, byte[] name, CancellationToken cancellationToken)
    {
        await directory.LoadAsync(cancellationToken).ConfigureAwait(false);
        lock (root.Gate)
        {
            if (directory.Find(name, out TreeNode? existing) == NameState.Present)
            {
                return existing!;
            }

            Caller owner = new(0, root.Options.Uid, root.Options.Gid);
            TreeDirectory made = new(directory, root.Inodes.NextCreated(), directory.NewMetadata(NodeKind.Directory, DirectoryMode, owner));
            directory.Add(name, made);
            return made;
        }
    }

    private async Task<OutputPlace?> FindAsync(TreeDirectory directory, byte[] name, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (root.Gate)
            {
                NameState state = directory.Peek(name, out TreeNode? node, out DirectoryListing? listing, out int index);
                if (state != NameState.NotLoaded)
                {
                    return state == NameState.Present ? new OutputPlace(node, listing, index) : null;
                }
            }

            await directory.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static OutputPlace? Find(DirectoryListing listing, byte[] name)
    {
        int index = listing.Find(name);
        return index < 0 ? null : new OutputPlace(null, listing, index);
    }

    private static bool IsLink(in OutputPlace place) => place.Node is TreeLink || place.Listing?.GetKind(place.Index) == DirectoryEntryKind.Symlink;

    private static OutputException LinkOnTheWay(OutputPath path, int depth) => new(
        OutputErrorKind.NotExpressible,
        $"{path.Shown} lies behind the symbolic link '{Above(path, depth)}', which is not followed: name the path that it leads to");

    private static OutputException NoDirectory(OutputPath path, int depth) => new(
        OutputErrorKind.InvalidPath,
        $"{path.Shown} cannot be made: '{Above(path, depth + 1)}' in the input root is no directory; remove it, or name another output");

    private static string Above(OutputPath path, int depth) =>
        EscapedText.Of(path.Names.Take(depth).SelectMany(static name => (byte[])[(byte)'/', .. name]).ToArray());
}
