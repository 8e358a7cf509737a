using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>
/// Looks into output directories, level by level with its own queue. What the action changed is read under the root's gate,
/// one directory at a time; unchanged directories are read from their listings alone, each digest once, however often it
/// occurs, and only where a Tree needs them.
/// </summary>
internal sealed partial class OutputWalker(Root root, OutputRequest request)
{
    // As much as one walk of an input tree: a directory that repeats itself exponentially ends here, not with our memory.
    private static readonly int s_maxDirectories = DirectoryLimits.Default.MaxTreeDirectories;

    private readonly Dictionary<Digest, CapturedDirectory> _unchanged = [];
    private readonly Queue<Pending> _pending = new();
    private int _directories;

    /// <summary>Every written file that was met, hard links once for each name.</summary>
    public List<CapturedFile> Written { get; } = [];

    /// <summary>Every file whose content is a blob already.</summary>
    public List<CapturedFile> Known { get; } = [];

    /// <summary>A regular file at <paramref name="place"/>; null: it is none.</summary>
    public CapturedFile? TakeFile(in OutputPlace place)
    {
        if (place is { Listing: { } listing, Index: var index } && listing.GetKind(index) == DirectoryEntryKind.File)
        {
            return Input(listing, index, Asked(PropertiesOf(listing, index)));
        }

        lock (root.Gate)
        {
            return place.Node is TreeFile file ? Changed(string.Empty, file) : null;
        }
    }

    /// <summary>A symbolic link at <paramref name="place"/>; null: it is none.</summary>
    /// <exception cref="OutputException">Its target is not UTF-8.</exception>
    public CapturedLink? TakeLink(in OutputPlace place, OutputPath path)
    {
        if (place is { Listing: { } listing, Index: var index } && listing.GetKind(index) == DirectoryEntryKind.Symlink)
        {
            return new CapturedLink(string.Empty, Encoding.UTF8.GetString(listing.GetTarget(index)), Asked(PropertiesOf(listing, index)));
        }

        lock (root.Gate)
        {
            return place.Node is TreeLink link ? Changed(string.Empty, link, new OutputTrail(null, path.Shown)) : null;
        }
    }

    /// <summary>The directory at <paramref name="place"/> with everything below; null: it is none.</summary>
    /// <exception cref="OutputException">Something below cannot be expressed; names its path.</exception>
    /// <exception cref="CasException">An input directory cannot be had.</exception>
    public async Task<CapturedDirectory?> TakeDirectoryAsync(OutputPlace place, OutputPath path, CancellationToken cancellationToken)
    {
        OutputTrail trail = new(null, path.Shown);
        CapturedDirectory? taken = place switch
        {
            { Node: TreeDirectory directory } => Enter(directory, trail),
            { Listing: { } listing } when listing.GetKind(place.Index) == DirectoryEntryKind.Directory => Enter(listing.GetDigest(place.Index)),
            _ => null,
        };
        while (_pending.TryDequeue(out Pending next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (next.Node is not { } directory)
            {
                AddInputs(next.Target, await root.Directories.GetAsync(next.Digest, cancellationToken).ConfigureAwait(false), null);
            }
            else if (!TryAddAll(next.Target, directory, next.Trail!))
            {
                await directory.LoadAsync(cancellationToken).ConfigureAwait(false);
                _pending.Enqueue(next);
            }
        }

        return taken;
    }

    private CapturedDirectory Enter(TreeDirectory directory, OutputTrail trail)
    {
        lock (root.Gate)
        {
            if (directory.TryGetUnchanged(out Digest digest))
            {
                return Enter(digest);
            }
        }

        CapturedDirectory target = New();
        _pending.Enqueue(new Pending(target, directory, default, trail));
        return target;
    }

    private CapturedDirectory Enter(in Digest digest)
    {
        if (!_unchanged.TryGetValue(digest, out CapturedDirectory? target))
        {
            bool isEnough = request.DirectoryFormat == OutputDirectoryFormat.DirectoryOnly;
            target = isEnough ? CapturedDirectory.Unchanged(digest) : New();
            _unchanged.Add(digest, target);
            if (!isEnough)
            {
                _pending.Enqueue(new Pending(target, null, digest, null));
            }
        }

        return target;
    }

    private CapturedDirectory New() => ++_directories <= s_maxDirectories
        ? new CapturedDirectory()
        : throw new OutputException(OutputErrorKind.LimitExceeded, $"the outputs have more than {s_maxDirectories} directories: name smaller ones");

    private bool TryAddAll(CapturedDirectory target, TreeDirectory directory, OutputTrail trail)
    {
        lock (root.Gate)
        {
            if (!directory.IsLoaded())
            {
                return false;
            }

            List<(byte[] Name, TreeNode Node)> changed = [];
            List<int> inputs = [];
            directory.List(changed, inputs, out DirectoryListing? listing);
            foreach ((byte[] bytes, TreeNode node) in changed)
            {
                AddChanged(target, bytes, node, trail);
            }

            if (listing is not null)
            {
                AddInputs(target, listing, inputs);
            }
        }

        return true;
    }

    private void AddChanged(CapturedDirectory target, byte[] bytes, TreeNode node, OutputTrail trail)
    {
        string name = Decode(bytes) ?? throw Refused(trail.Then(bytes), "has a name that is not UTF-8, which REAPI cannot express: rename or remove it");
        switch (node)
        {
            case TreeFile file:
                target.Files.Add(Changed(name, file));
                break;
            case TreeLink link:
                target.Links.Add(Changed(name, link, trail.Then(bytes)));
                break;
            case TreeDirectory directory when !IsOnlyBrought(directory):
                target.Directories.Add((name, Enter(directory, trail.Then(bytes))));
                break;
            case TreeDirectory:
                break;
            default:
                throw Refused(trail.Then(bytes), $"is {(node.Kind == NodeKind.Socket ? "a socket" : "a FIFO")}, which REAPI cannot express: remove it, or name smaller outputs");
        }
    }

    // /tmp, /proc, /sys and /dev are there for every action; they are an output once the action has put something in them.
    private static bool IsOnlyBrought(TreeDirectory directory)
    {
        if (!directory.IsBrought)
        {
            return false;
        }

        List<(byte[] Name, TreeNode Node)> changed = [];
        directory.List(changed, [], out _);
        return changed.TrueForAll(static child => child.Node is TreeDirectory inner && IsOnlyBrought(inner));
    }

    private void AddInputs(CapturedDirectory target, DirectoryListing listing, List<int>? only)
    {
        int count = only?.Count ?? listing.Count;
        for (int i = 0; i < count; i++)
        {
            int index = only?[i] ?? i;
            string name = Encoding.UTF8.GetString(listing.GetName(index));
            switch (listing.GetKind(index))
            {
                case DirectoryEntryKind.Directory:
                    target.Directories.Add((name, Enter(listing.GetDigest(index))));
                    break;
                case DirectoryEntryKind.Symlink:
                    target.Links.Add(new CapturedLink(name, Encoding.UTF8.GetString(listing.GetTarget(index)), PropertiesOf(listing, index)));
                    break;
                default:
                    target.Files.Add(Input(listing, index, PropertiesOf(listing, index), name));
                    break;
            }
        }
    }

    private readonly record struct Pending(CapturedDirectory Target, TreeDirectory? Node, Digest Digest, OutputTrail? Trail);
}
