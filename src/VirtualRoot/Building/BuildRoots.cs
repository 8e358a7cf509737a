using System.Globalization;
using System.Text;
using System.Threading.Channels;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Building;

/// <summary>
/// The roots of a build directory. A root is made without touching another, and removed in two steps: at once nobody gets
/// anything from it any more; then, some roots at a time, what it holds is let go of. A name is free again after that.
/// </summary>
internal sealed class BuildRoots : IAsyncDisposable
{
    private const int MaxName = 100;

    // One that takes long (a thread of its /dev/fd that is stuck has 10 s) must not hold the others up; a hundred such must not
    // take every thread of the pool.
    private const int RemovalsAtOnce = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BuildRoot?> _roots = []; // null: being made
    private readonly Channel<BuildRoot> _removed = Channel.CreateUnbounded<BuildRoot>(new UnboundedChannelOptions { SingleReader = true });
    private readonly BuildDirectoryOptions _options;
    private readonly ScratchDirectory _scratch;
    private readonly IDirectorySource _directories;
    private readonly IBlobCache _blobs;
    private readonly Func<Root, string, SpecialModes, MachineLimits, CancellationToken, Task<SpecialTree>> _attachSpecial;
    private readonly Func<ulong, byte[], Errno> _forgetName;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _removing;
    private Task? _closed;
    private uint _ordinal;
    private int _unnamed;
    private bool _isClosed;

    /// <param name="options">The build directory's.</param>
    /// <param name="scratch">Where all roots write, each in a part of its own; the caller's to dispose.</param>
    /// <param name="directories">Where directories come from.</param>
    /// <param name="blobs">Where file contents come from.</param>
    /// <param name="attachSpecial">Gives a root its special directories.</param>
    /// <param name="forgetName">Tells the kernel that a name is gone from the directory of this node id. Not called by a request's handler.</param>
    public BuildRoots(
        BuildDirectoryOptions options,
        ScratchDirectory scratch,
        IDirectorySource directories,
        IBlobCache blobs,
        Func<Root, string, SpecialModes, MachineLimits, CancellationToken, Task<SpecialTree>> attachSpecial,
        Func<ulong, byte[], Errno> forgetName)
    {
        _options = options;
        _scratch = scratch;
        _directories = directories;
        _blobs = blobs;
        _attachSpecial = attachSpecial;
        _forgetName = forgetName;
        Top = new BuildTop(scratch, options.Clock);
        _removing = Parallel.ForEachAsync(
            _removed.Reader.ReadAllAsync(), new ParallelOptions { MaxDegreeOfParallelism = RemovalsAtOnce }, (root, _) => RemoveAsync(root));
    }

    /// <summary>The node of the mount's top directory.</summary>
    public BuildTop Top { get; }

    /// <summary>The roots there are, in no order.</summary>
    public IReadOnlyList<BuildRoot> List()
    {
        lock (_lock)
        {
            return [.. _roots.Values.OfType<BuildRoot>().Where(static root => !root.Root.IsRemoved)];
        }
    }

    /// <summary>The root of that name, also while it is being removed; null: there is none.</summary>
    public BuildRoot? Find(string id)
    {
        lock (_lock)
        {
            return _roots.GetValueOrDefault(id);
        }
    }

    /// <summary>Makes a root and shows it.</summary>
    /// <param name="id">Its name; null: one of our own.</param>
    /// <param name="options">Which.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    public async Task<BuildRoot> CreateAsync(string? id, BuildRootOptions options, CancellationToken cancellationToken)
    {
        (string name, uint ordinal) = Reserve(id);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        ulong inode = BuildRootFolder.InodeOf(bytes);
        ScratchDirectory? scratch = null;
        BuildRoot? made = null;
        try
        {
            scratch = _scratch.NewPart();
            Root root = await Root.OpenAsync(
                options.Root, _directories, _blobs, scratch, _options.Clock, BuildRootFolder.NumbersBelow(inode, ordinal), _options.Logger, linked.Token).ConfigureAwait(false);
            made = new BuildRoot(this, name, Path.Combine(_options.Directory, name), root, new BuildRootFolder(inode, root));
            await made.PrepareAsync(_attachSpecial, options, linked.Token).ConfigureAwait(false);
            Show(bytes, made);
            return made;
        }
        catch
        {
            try
            {
                await (made?.ReleaseAsync(static () => { }) ?? Task.CompletedTask).ConfigureAwait(false);
                scratch?.Dispose();
            }
            finally
            {
                GiveBack(name);
            }

            throw;
        }
    }

    /// <summary>Shows a root no longer, and lets the rest be done.</summary>
    public void Remove(BuildRoot root)
    {
        Top.Remove(Encoding.ASCII.GetBytes(root.Id));
        _removed.Writer.TryWrite(root);
    }

    /// <summary>Removes every root, and waits until nothing of them is left.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            TellIfEmpty();
            return new ValueTask(_closed ??= Task.Run(CloseAsync));
        }
    }

    private async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (BuildRoot root in List())
        {
            await root.DisposeAsync().ConfigureAwait(false);
        }

        await _empty.Task.ConfigureAwait(false);
        _removed.Writer.TryComplete();
        await _removing.ConfigureAwait(false);
        _closing.Dispose();
    }

    private (string Name, uint Ordinal) Reserve(string? id)
    {
        if (id is not null && !IsName(id))
        {
            throw new BuildDirectoryException(
                BuildDirectoryErrorKind.BadName, $"'{id}' cannot name a root: it takes 1 to {MaxName} of the letters and digits of ASCII and '-', '_' and '.', and does not begin with '.'");
        }

        lock (_lock)
        {
            if (_isClosed)
            {
                throw new BuildDirectoryException(BuildDirectoryErrorKind.Closed, $"{_options.Directory} is being closed: no root can be made in it any more");
            }

            if (_roots.Count >= _options.MaxRoots)
            {
                throw new BuildDirectoryException(
                    BuildDirectoryErrorKind.TooManyRoots, $"{_options.Directory} has {_roots.Count} roots, as many as it may: destroy some, or raise the bound");
            }

            string name = id ?? NextName();
            if (!_roots.TryAdd(name, null))
            {
                throw new BuildDirectoryException(
                    BuildDirectoryErrorKind.NameTaken, $"{_options.Directory} has a root {name}, or is still removing one: take another name, or wait for its removal");
            }

            return (name, ++_ordinal);
        }
    }

    private string NextName()
    {
        string name;
        do
        {
            name = (++_unnamed).ToString(CultureInfo.InvariantCulture);
        }
        while (_roots.ContainsKey(name));
        return name;
    }

    private void Show(byte[] name, BuildRoot root)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                throw new BuildDirectoryException(BuildDirectoryErrorKind.Closed, $"{_options.Directory} is being closed: no root can be made in it any more");
            }

            _roots[root.Id] = root;
            Top.Add(name, root.Folder);
        }
    }

    private void GiveBack(string name)
    {
        lock (_lock)
        {
            _roots.Remove(name);
            TellIfEmpty();
        }
    }

    private void TellIfEmpty()
    {
        if (_isClosed && _roots.Count == 0)
        {
            _empty.TrySetResult();
        }
    }

#pragma warning disable CA1031 // What one root fails with must not stop the removal of the others.
    private async ValueTask RemoveAsync(BuildRoot root)
    {
        try
        {
            await root.ReleaseAsync(() => ForgetNames(root)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            BuildDirectoryLog.RemovalFailed(_options.Logger, root.Id, exception);
        }

        GiveBack(root.Id);
        root.TellRemoved();
    }
#pragma warning restore CA1031

    // The kernel drops all that it knows below a name under the lock of the name's directory. By the name at the top alone, that
    // would be the build directory's lock, and who looks up the next root would wait: 10 to 20 ms for 5,000 files.
    private void ForgetNames(BuildRoot root)
    {
        // Read without the table's lock: one that is stale the kernel does not know, and then there is nothing below.
        if (root.Folder.NodeId is not 0 and ulong folder)
        {
            ForgetName(folder, BuildRootFolder.RootName, root);
        }

        ForgetName(NodeTable.RootId, Encoding.ASCII.GetBytes(root.Id), root);
    }

    private void ForgetName(ulong parent, byte[] name, BuildRoot root)
    {
        Errno errno = _forgetName(parent, name);

        // The kernel does not know the name, or the mount is gone.
        if (errno is not Errno.Success and not Errno.ENOENT and not Errno.ENODEV and not Errno.ENOTCONN)
        {
            BuildDirectoryLog.NotAnnounced(_options.Logger, root.Id, errno);
        }
    }

    private static bool IsName(string id) =>
        id.Length is > 0 and <= MaxName && id[0] != '.' && id.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
