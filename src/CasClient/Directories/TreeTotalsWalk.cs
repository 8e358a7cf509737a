namespace VirtualRoot.CasClient.Directories;

/// <summary>One computation of <see cref="TreeTotals"/>: a depth-first walk with its own stack, each digest counted once
/// and remembered, so that shared directories cost nothing again.</summary>
internal sealed class TreeTotalsWalk(Digest root, IDirectorySource directories, DirectoryLimits limits)
{
    private readonly Dictionary<Digest, SubtreeCount> _counted = [];
    private readonly HashSet<Digest> _open = [];
    private readonly HashSet<Digest> _files = [];
    private readonly Stack<Frame> _stack = new();
    private long _fileBlobBytes;
    private long _directoryBytes;
    private long _entries;

    public async Task<TreeTotals> RunAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(root, cancellationToken);
        while (_stack.TryPeek(out Frame? frame))
        {
            if (NextChild(frame) is { } child)
            {
                if (_counted.TryGetValue(child, out SubtreeCount known))
                {
                    frame.Count += known;
                }
                else
                {
                    await OpenAsync(child, cancellationToken);
                }
            }
            else
            {
                Close(_stack.Pop());
            }
        }

        SubtreeCount total = _counted[root];
        return new TreeTotals
        {
            FileBlobs = _files.Count,
            FileBlobBytes = _fileBlobBytes,
            DirectoryBlobs = _counted.Count,
            DirectoryBlobBytes = _directoryBytes,
            Files = total.Files,
            FileBytes = total.FileBytes,
            Directories = total.Directories,
            Symlinks = total.Symlinks,
        };
    }

    private async Task OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (!_open.Add(digest))
        {
            throw new CasException(CasErrorKind.Corrupt, $"directory {digest} lies below itself: the CAS is corrupt", digest);
        }

        if (_stack.Count > limits.MaxDepth || _counted.Count + _open.Count > limits.MaxTreeDirectories)
        {
            throw TooMuch();
        }

        DirectoryListing listing = await directories.GetAsync(digest, cancellationToken);
        _entries += listing.Count;
        if (_entries > limits.MaxTreeEntries)
        {
            throw TooMuch();
        }

        _stack.Push(new Frame(digest, listing));
    }

    // Counts what lies before the next directory, and answers that.
    private Digest? NextChild(Frame frame)
    {
        for (; frame.Next < frame.Listing.Count; frame.Next++)
        {
            int i = frame.Next;
            switch (frame.Listing.GetKind(i))
            {
                case DirectoryEntryKind.Directory:
                    frame.Next++;
                    return frame.Listing.GetDigest(i);
                case DirectoryEntryKind.Symlink:
                    frame.Count += new SubtreeCount(0, 0, 0, 1);
                    break;
                default:
                    frame.Count += new SubtreeCount(1, frame.Listing.GetSize(i), 0, 0);
                    CountFile(frame.Listing.GetDigest(i));
                    break;
            }
        }

        return null;
    }

    private void CountFile(Digest digest)
    {
        if (_files.Add(digest))
        {
            _fileBlobBytes = _fileBlobBytes > long.MaxValue - digest.SizeBytes ? long.MaxValue : _fileBlobBytes + digest.SizeBytes;
        }
    }

    private void Close(Frame frame)
    {
        _open.Remove(frame.Digest);
        _counted[frame.Digest] = frame.Count;
        _directoryBytes += frame.Digest.SizeBytes;
        if (_stack.TryPeek(out Frame? parent))
        {
            parent.Count += frame.Count;
        }
    }

    private CasException TooMuch() => new(
        CasErrorKind.LimitExceeded,
        $"the tree of {root} exceeds {limits.MaxDepth} levels, {limits.MaxTreeDirectories} directories or {limits.MaxTreeEntries} entries", root);

    private sealed class Frame(Digest digest, DirectoryListing listing)
    {
        public Digest Digest { get; } = digest;

        public DirectoryListing Listing { get; } = listing;

        public int Next { get; set; }

        public SubtreeCount Count { get; set; } = new(0, 0, 1, 0);
    }
}
