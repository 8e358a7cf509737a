using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Linux;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Building;

/// <summary>
/// A root of a build directory, until it is disposed: that is done at once, whatever still uses it, and the rest (telling
/// the kernel, closing, deleting) in the background. Paths are the host's; the daemon itself never touches them.
/// </summary>
public sealed class BuildRoot : IAsyncDisposable
{
    private readonly BuildRoots _owner;
    private readonly TaskCompletionSource _removal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OutputCapture? _outputs;
    private SpecialTree? _special;
    private int _disposed;

    internal BuildRoot(BuildRoots owner, string id, string path, Root root, BuildRootFolder folder)
    {
        _owner = owner;
        Id = id;
        Path = path;
        Root = root;
        Folder = folder;
    }

    /// <summary>The name of its directory in the build directory.</summary>
    public string Id { get; }

    /// <summary>Its directory, which the action does not see.</summary>
    public string Path { get; }

    /// <summary>What the action is to be chrooted into.</summary>
    public string RootPath => System.IO.Path.Combine(Path, "root");

    /// <summary>An empty file for the action's standard output; the action's user's.</summary>
    public string StdoutPath => System.IO.Path.Combine(Path, "stdout");

    /// <summary>An empty file for the action's standard error; the action's user's.</summary>
    public string StderrPath => System.IO.Path.Combine(Path, "stderr");

    /// <summary>An empty directory for what the worker has to tell; the daemon's user's.</summary>
    public string ServerLogsPath => System.IO.Path.Combine(Path, "server_logs");

    /// <summary>The tree: its failures, its quotas, its statistics.</summary>
    public Root Root { get; }

    /// <summary>Whether the root was made for certain outputs.</summary>
    public bool HasOutputs => _outputs is not null;

    /// <summary>Completes when nothing of the root is left, after <see cref="DisposeAsync"/>. Never fails: what could not be released is logged.</summary>
    public Task Removal => _removal.Task;

    internal BuildRootFolder Folder { get; }

    /// <summary>The action's PID 1, in this process's numbering: from now on /proc shows the processes of its PID namespace.</summary>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public void SetActionInit(int pid) => _special?.SetActionInit(pid);

    /// <summary>Captures the outputs that the root was made for, with standard output and standard error; they are in the sink then.</summary>
    /// <param name="sink">Where blobs go.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The root was made without <see cref="BuildRootOptions.Outputs"/>.</exception>
    /// <exception cref="OutputException">An output cannot be expressed; names its path.</exception>
    /// <exception cref="CasException">The sink failed, or an input directory cannot be had.</exception>
    /// <exception cref="ScratchException">The scratch disk failed.</exception>
    public Task<CapturedOutputs> CaptureAsync(IBlobSink sink, CancellationToken cancellationToken) =>
        CaptureAsync(_outputs ?? throw new InvalidOperationException($"root {Id} was made without a request for outputs"), sink, cancellationToken);

    /// <summary>Captures other outputs, or those of a root that was made without.</summary>
    /// <inheritdoc cref="CaptureAsync(IBlobSink, CancellationToken)"/>
    public async Task<CapturedOutputs> CaptureAsync(OutputRequest request, IBlobSink sink, CancellationToken cancellationToken)
    {
        await using OutputCapture capture = new(Root, request);
        return await CaptureAsync(capture, sink, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Standard output as it is now.</summary>
    /// <returns>A descriptor on the daemon's own file, to read by position; the caller's to dispose.</returns>
    /// <exception cref="ScratchException">The scratch disk failed.</exception>
    public Task<SafeFileHandle> OpenStdoutAsync(CancellationToken cancellationToken) => OpenTextAsync(Folder.Stdout, cancellationToken);

    /// <summary>Standard error as it is now.</summary>
    /// <inheritdoc cref="OpenStdoutAsync"/>
    public Task<SafeFileHandle> OpenStderrAsync(CancellationToken cancellationToken) => OpenTextAsync(Folder.Stderr, cancellationToken);

    /// <summary>Adds a line to standard error, for a command that cannot say it itself.</summary>
    /// <exception cref="CasException">It is an input by now (copy_file_range), which cannot be had.</exception>
    /// <exception cref="ScratchException">The scratch disk failed, or the quota is used up.</exception>
    public async Task WriteStderrAsync(string line, CancellationToken cancellationToken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        Errno errno = Folder.Stderr.Append(bytes, out int _, out bool needsCopyUp);
        if (needsCopyUp)
        {
            await Folder.Stderr.CopyUpAsync(cancellationToken).ConfigureAwait(false);
            errno = Folder.Stderr.Append(bytes, out int _, out needsCopyUp);
        }

        ScratchException.ThrowIfFailed(errno, $"standard error of root {Id}");
    }

    /// <summary>Waits until nobody has a file of the root open: the kernel closes the files of a process that has ended some
    /// moments later.</summary>
    /// <exception cref="OperationCanceledException">Somebody has one open still.</exception>
    public async Task WaitUntilIdleAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(2));
        while (!IsIdle())
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the root: it is gone when this returns, and <see cref="Removal"/> tells when nothing is left of it.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Root.Remove();
            _owner.Remove(this);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the root its special directories and prepares its outputs, before it is shown.</summary>
    internal async Task PrepareAsync(Func<Root, string, SpecialModes, MachineLimits, CancellationToken, Task<SpecialTree>> attachSpecial, BuildRootOptions options, CancellationToken cancellationToken)
    {
        if (options.Special.IsAny)
        {
            _special = await attachSpecial(Root, RootPath, options.Special, options.Limits, cancellationToken).ConfigureAwait(false);
        }

        if (options.Outputs is not null)
        {
            _outputs = new OutputCapture(Root, options.Outputs);
            await _outputs.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets go of all that the root holds. Waits for inputs end first, so that the kernel's locks are free when it is told.</summary>
    internal async Task ReleaseAsync(Action forgetName)
    {
        Root.Dispose();
        forgetName();
        _special?.Dispose();
        if (_outputs is not null)
        {
            await _outputs.DisposeAsync().ConfigureAwait(false);
        }

        Root.Scratch.Dispose();
    }

    /// <summary>All is done, or given up.</summary>
    internal void TellRemoved() => _removal.TrySetResult();

    private bool IsIdle()
    {
        lock (Root.Gate)
        {
            return Root.OpenFiles.Count == 0;
        }
    }

    private async Task<CapturedOutputs> CaptureAsync(OutputCapture capture, IBlobSink sink, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle stdout = await OpenStdoutAsync(cancellationToken).ConfigureAwait(false);
            using SafeFileHandle stderr = await OpenStderrAsync(cancellationToken).ConfigureAwait(false);
            CapturedOutputs captured = await capture.CaptureAsync(sink, stdout, stderr, cancellationToken).ConfigureAwait(false);
            return !Root.IsRemoved ? captured : throw WasRemoved();
        }
        catch (ScratchException) when (Root.IsRemoved)
        {
            throw WasRemoved();
        }

        OutputException WasRemoved() => new(OutputErrorKind.Changing, $"root {Id} was removed while its outputs were captured");
    }

    private static async Task<SafeFileHandle> OpenTextAsync(TreeFile file, CancellationToken cancellationToken)
    {
        while (true)
        {
            OpenContent content = await FileContent.OpenAsync(file, cancellationToken).ConfigureAwait(false);
            if (RandomAccess.GetLength(content.Handle) == content.Size)
            {
                return content.Handle;
            }

            // The beginning of a blob (copy_file_range): its readers go by the length of what they get.
            content.Handle.Dispose();
            await file.CopyUpAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
