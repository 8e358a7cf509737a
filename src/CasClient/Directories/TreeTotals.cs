namespace VirtualRoot.CasClient.Directories;

/// <summary>
/// What a tree holds. By digest: distinct blobs and their bytes, which is what a fetch of everything would cost. By path:
/// files and directories as a walk would see them; these saturate at <see cref="long.MaxValue"/>, since a small tree of
/// shared directories may stand for more paths than there are numbers.
/// </summary>
public sealed record TreeTotals
{
    /// <summary>Distinct file blobs.</summary>
    public long FileBlobs { get; init; }

    /// <summary>Bytes of the distinct file blobs.</summary>
    public long FileBlobBytes { get; init; }

    /// <summary>Distinct directories, the root included.</summary>
    public long DirectoryBlobs { get; init; }

    /// <summary>Bytes of the distinct encoded directories.</summary>
    public long DirectoryBlobBytes { get; init; }

    /// <summary>Files by path.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of the files by path.</summary>
    public long FileBytes { get; init; }

    /// <summary>Directories by path, the root included.</summary>
    public long Directories { get; init; }

    /// <summary>Symbolic links by path.</summary>
    public long Symlinks { get; init; }

    /// <summary>Walks the tree below <paramref name="root"/>, each directory once.</summary>
    /// <exception cref="CasException">A directory cannot be had, or the tree exceeds a limit.</exception>
    public static Task<TreeTotals> ComputeAsync(
        Digest root, IDirectorySource directories, DirectoryLimits limits, CancellationToken cancellationToken)
    {
        directories.Prefetch(root);
        return new TreeTotalsWalk(root, directories, limits).RunAsync(cancellationToken);
    }
}
