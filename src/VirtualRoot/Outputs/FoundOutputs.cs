using VirtualRoot.CasClient.Results;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>What stands at the wanted paths, before anything is hashed or sent.</summary>
internal sealed class FoundOutputs
{
    private readonly Root _root;
    private readonly List<(OutputPath Path, CapturedFile File)> _files = [];
    private readonly List<OutputSymlink> _links = [];
    private readonly List<OutputSymlink> _fileLinks = [];
    private readonly List<OutputSymlink> _directoryLinks = [];

    private FoundOutputs(Root root, OutputRequest request)
    {
        _root = root;
        Walker = new OutputWalker(root, request);
    }

    /// <summary>Knows every file that was found.</summary>
    public OutputWalker Walker { get; }

    public List<(OutputPath Path, CapturedDirectory Directory)> Directories { get; } = [];

    /// <exception cref="OutputException">An output cannot be expressed, or is not of the kind that was asked for.</exception>
    /// <exception cref="CasClient.CasException">An input directory cannot be had.</exception>
    public static async Task<FoundOutputs> FindAsync(
        Root root, OutputRequest request, WantedOutputs wanted, OutputFinder finder, CancellationToken cancellationToken)
    {
        FoundOutputs found = new(root, request);
        foreach (OutputPath path in wanted.Paths)
        {
            if (await finder.FindAsync(path, cancellationToken).ConfigureAwait(false) is { } place
                && !found.TryTakeFile(path, place) && !found.TryTakeLink(path, place, found._links)
                && !await found.TryTakeDirectoryAsync(path, place, cancellationToken).ConfigureAwait(false))
            {
                throw Refused(path, "is a FIFO or socket, which REAPI cannot express: remove it");
            }
        }

        foreach (OutputPath path in wanted.Files)
        {
            if (await finder.FindAsync(path, cancellationToken).ConfigureAwait(false) is { } place
                && !found.TryTakeFile(path, place) && !found.TryTakeLink(path, place, found._fileLinks))
            {
                throw Refused(path, "is no regular file, though it is asked for as one");
            }
        }

        foreach (OutputPath path in wanted.Directories)
        {
            if (await finder.FindAsync(path, cancellationToken).ConfigureAwait(false) is { } place
                && !found.TryTakeLink(path, place, found._directoryLinks)
                && !await found.TryTakeDirectoryAsync(path, place, cancellationToken).ConfigureAwait(false))
            {
                throw Refused(path, "is no directory, though it is asked for as one");
            }
        }

        return found;
    }

    /// <summary>Written files that somebody may still write to.</summary>
    public int CountOpenForWriting()
    {
        lock (_root.Gate)
        {
            return Walker.Written.Count(file => file.Written!.Writers > 0);
        }
    }

    /// <summary>The result with everything that was found; all digests are known.</summary>
    public ActionResult AddTo(ActionResult result, IReadOnlyList<OutputDirectory> directories) => result with
    {
        Files = [.. _files.Select(static pair => new OutputFile(pair.Path.Text, pair.File.Digest, pair.File.IsExecutable, pair.File.Properties))],
        Directories = directories,
        Symlinks = _links,
        FileSymlinks = _fileLinks,
        DirectorySymlinks = _directoryLinks,
    };

    private bool TryTakeFile(OutputPath path, in OutputPlace place)
    {
        if (Walker.TakeFile(place) is not { } file)
        {
            return false;
        }

        _files.Add((path, file));
        return true;
    }

    private bool TryTakeLink(OutputPath path, in OutputPlace place, List<OutputSymlink> links)
    {
        if (Walker.TakeLink(place, path) is not { } link)
        {
            return false;
        }

        links.Add(new OutputSymlink(path.Text, link.Target, link.Properties));
        return true;
    }

    private async Task<bool> TryTakeDirectoryAsync(OutputPath path, OutputPlace place, CancellationToken cancellationToken)
    {
        if (await Walker.TakeDirectoryAsync(place, path, cancellationToken).ConfigureAwait(false) is not { } directory)
        {
            return false;
        }

        Directories.Add((path, directory));
        return true;
    }

    private static OutputException Refused(OutputPath path, string why) => new(OutputErrorKind.NotExpressible, $"{path.Shown} {why}");
}
