using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;

namespace VirtualRoot.Tree;

/// <summary>
/// One root: an input tree by its digest, the overlay that an action writes, and the special directories.
/// <para>Lock order: <see cref="Gate"/> guards every name, attribute and table of the tree; <see cref="NodeTable"/>'s
/// lock and the scratch directory come after it. Nothing is fetched, and no special node is asked, under the gate.</para>
/// </summary>
public sealed partial class Root : IDisposable
{
    private readonly CancellationTokenSource _removed = new();
    private volatile bool _isRemoved;

    private Root(RootOptions options, IDirectorySource directories, IBlobCache blobs, ScratchDirectory scratch, TimeProvider clock, InodeNumbers inodes, ILogger logger)
    {
        Removed = _removed.Token;
        Inodes = inodes;
        Options = options;
        Directories = directories;
        Blobs = blobs;
        Scratch = scratch;
        Clock = clock;
        Quota = new RootQuota(options.QuotaBytes, options.QuotaInodes);
        LogQuota = new RootQuota(options.QuotaLogBytes, null);
        EmptyBlob = DigestHasher.Compute(options.InputRoot.Function, []);
        ReadAhead = new ReadAhead(this, logger);
        Top = new TreeDirectory(this);
    }

    /// <summary>What the root was made from.</summary>
    public RootOptions Options { get; }

    /// <summary>The root's top directory.</summary>
    public TreeDirectory Top { get; }

    /// <summary>Inputs that could not be had: an action that met one has not succeeded, whatever its exit code.</summary>
    public InputFailures Failures { get; } = new();

    /// <summary>What the action has written, and may.</summary>
    public RootQuota Quota { get; }

    /// <summary>What was written beside the root: output texts and server logs. Apart, so that an action that has used up
    /// its space can still say so.</summary>
    public RootQuota LogQuota { get; }

    /// <summary>What the root cost so far.</summary>
    public RootStatistics Statistics { get; } = new();

    /// <summary>Whether it is gone: whoever still holds a node of it gets ESTALE.</summary>
    public bool IsRemoved => _isRemoved;

    /// <summary>Whether its files have been closed: a request that began before finds this, and opens nothing that nobody
    /// would close. Protected by the gate.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Cancelled when it goes: nobody waits for its inputs any more.</summary>
    internal CancellationToken Removed { get; }

    /// <summary>Told under the gate that nobody has a file open for writing any more whose data changed. It must return at once.</summary>
    internal Action<TreeFile>? WritersClosed { get; set; }

    /// <summary>The digest of no bytes: what a new file holds.</summary>
    internal Digest EmptyBlob { get; }

    /// <summary>Guards the tree.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Files that hold descriptors. Protected by the gate.</summary>
    internal HashSet<TreeFile> OpenFiles { get; } = [];

    /// <summary>Held while bytes are appended to one of <see cref="OutputTexts"/>; the gate comes after it.</summary>
    internal Lock Appending { get; } = new();

    /// <summary>Standard output and standard error of its action, where they lie beside it. Set before the root is shown.</summary>
    internal TreeFile[] OutputTexts { get; set; } = [];

    /// <summary>Files in use that have no name.</summary>
    internal DeletedNodes Deleted { get; } = new();

    /// <summary>Inputs that are fetched before they are read. Protected by the gate.</summary>
    internal ReadAhead ReadAhead { get; }

    internal InodeNumbers Inodes { get; }

    internal IDirectorySource Directories { get; }

    internal IBlobCache Blobs { get; }

    internal ScratchDirectory Scratch { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Opens the root of <see cref="RootOptions.InputRoot"/>: fetches its top directory and no more, starts to
    /// prefetch the directories below, and gives it a /tmp.</summary>
    /// <param name="options">Which root.</param>
    /// <param name="directories">Where directories come from.</param>
    /// <param name="blobs">Where file contents come from.</param>
    /// <param name="scratch">Where written bytes go; the caller's to dispose, after the root.</param>
    /// <param name="clock">The clock of written files.</param>
    /// <param name="logger">Where is told what nobody is answered.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CasException">The root's directory cannot be had; names its digest.</exception>
    public static Task<Root> OpenAsync(
        RootOptions options,
        IDirectorySource directories,
        IBlobCache blobs,
        ScratchDirectory scratch,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken) =>
        OpenAsync(options, directories, blobs, scratch, clock, new InodeNumbers(), logger, cancellationToken);

    /// <summary>The same for one of several roots of a mount, with inode numbers of its own.</summary>
    internal static async Task<Root> OpenAsync(
        RootOptions options,
        IDirectorySource directories,
        IBlobCache blobs,
        ScratchDirectory scratch,
        TimeProvider clock,
        InodeNumbers inodes,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        Root root = new(options, directories, blobs, scratch, clock, inodes, logger);
        directories.Prefetch(options.InputRoot); // before its top is here: what is new comes by GetTree
        await root.Top.LoadAsync(cancellationToken).ConfigureAwait(false);
        await root.EnsureDirectoryAsync(root.Top, "tmp"u8.ToArray(), 0x3ff, null, cancellationToken).ConfigureAwait(false); // 01777
        return root;
    }

    /// <summary>From now on nobody gets anything from the root. Costs nothing; what it holds <see cref="Dispose"/> lets go.</summary>
    internal void Remove() => _isRemoved = true;

    /// <summary>Ends waits for inputs, closes what files hold open, and lets go of the tree. Nothing is walked but open files.
    /// The scratch directory, with what was written, is the caller's.</summary>
    public void Dispose()
    {
        Remove();
        lock (Gate)
        {
            if (IsClosed)
            {
                return;
            }

            IsClosed = true;
            Top.LetGo();
            WritersClosed = null;
            foreach (TreeFile file in OpenFiles)
            {
                file.CloseDescriptors();
            }

            OpenFiles.Clear();
        }

        _removed.Cancel();
        _removed.Dispose();
    }

    /// <summary>A directory that every root has. What the inputs ship under the name stays; anything but a directory wins whole.</summary>
    private async Task<TreeDirectory?> EnsureDirectoryAsync(
        TreeDirectory parent, byte[] name, uint permissions, SpecialDirectory? special, CancellationToken cancellationToken)
    {
        await parent.LoadAsync(cancellationToken).ConfigureAwait(false);
        TreeDirectory directory;
        lock (Gate)
        {
            if (parent.Find(name, out TreeNode? existing) == NameState.Present)
            {
                if (existing is not TreeDirectory shipped)
                {
                    return null;
                }

                directory = shipped;
                directory.Promote();
            }
            else
            {
                Caller owner = new(0, Options.Uid, Options.Gid);
                directory = new TreeDirectory(parent, special?.Inode ?? InodeNumbers.OfInput(parent.Inode, name), parent.NewMetadata(NodeKind.Directory, permissions, owner));
                parent.Bring(name, directory);
            }

            directory.Special = special;
        }

        await directory.LoadAsync(cancellationToken).ConfigureAwait(false);
        return directory;
    }
}
