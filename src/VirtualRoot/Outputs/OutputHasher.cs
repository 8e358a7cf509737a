using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>
/// Hashes written files, each once for each state of its bytes: in the background when the last writer closes a file, so
/// that an action's end finds most outputs hashed, and when asked. A file that is written again is hashed again.
/// <para>The table does not keep files alive. Locks: the root's gate for a moment, nothing while reading.</para>
/// </summary>
internal sealed class OutputHasher : IAsyncDisposable
{
    // Files that wait; what does not fit is hashed at the end, as if nobody had told.
    private const int QueuedFiles = 1024;

    // As many as the smallest machine has cores; hashing waits for the disk, too.
    private const int Workers = 2;

    private const int BufferBytes = 256 * 1024;
    private const int Attempts = 3;

    private readonly DigestFunction _function;
    private readonly ConditionalWeakTable<TreeFile, HashedContent> _known = [];
    private readonly Channel<TreeFile> _closed = Channel.CreateBounded<TreeFile>(
        new BoundedChannelOptions(QueuedFiles) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _closing = new();
    private readonly Task _background;
    private long _hashedFiles;
    private long _hashedBytes;

    public OutputHasher(DigestFunction function)
    {
        _function = function;
        _background = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(HashClosedAsync)));
    }

    /// <summary>Files hashed so far, and their bytes.</summary>
    public (long Files, long Bytes) Hashed => (Interlocked.Read(ref _hashedFiles), Interlocked.Read(ref _hashedBytes));

    /// <summary>The last writer of a file has closed it. Returns at once; may be called under the gate.</summary>
    public void WritersClosed(TreeFile file) => _closed.Writer.TryWrite(file);

    /// <summary>The digest of a file's bytes as they are now.</summary>
    /// <exception cref="ScratchException">The scratch disk refused.</exception>
    /// <exception cref="CasException">The file is the beginning of a blob that cannot be had.</exception>
    /// <exception cref="OutputException">Changing: it was written to again and again.</exception>
    public async Task<HashedContent> HashAsync(TreeFile file, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            lock (file.Root.Gate)
            {
                if (file.TryGetBlob(out Digest blob))
                {
                    return new HashedContent(file.DataVersion, blob);
                }

                if (_known.TryGetValue(file, out HashedContent? known) && known.Version == file.DataVersion)
                {
                    return known;
                }
            }

            OpenContent content = await FileContent.OpenAsync(file, cancellationToken).ConfigureAwait(false);
            HashedContent hashed = new(content.Version, Read(content, cancellationToken));
            bool isCurrent;
            lock (file.Root.Gate)
            {
                isCurrent = file.DataVersion == hashed.Version;
                if (isCurrent)
                {
                    _known.AddOrUpdate(file, hashed);
                }
            }

            // Counted once its digest is known: who sees the count does not hash it again.
            Interlocked.Increment(ref _hashedFiles);
            Interlocked.Add(ref _hashedBytes, content.Size);
            if (isCurrent)
            {
                return hashed;
            }
        }

        throw new OutputException(OutputErrorKind.Changing, "an output is written to while it is captured: capture when nothing writes to it");
    }

    /// <summary>Stops hashing in the background.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed.Writer.TryComplete();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task HashClosedAsync()
    {
        await foreach (TreeFile file in _closed.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await HashAheadAsync(file).ConfigureAwait(false);
        }
    }

    // Only ahead of time: what fails here, and every change meanwhile, is met again, and told, when the file is asked for.
    private async Task HashAheadAsync(TreeFile file)
    {
        lock (file.Root.Gate)
        {
            if (_closing.IsCancellationRequested || file.Links == 0 || file.Writers > 0 || !file.IsScratch)
            {
                return;
            }
        }

        try
        {
            await HashAsync(file, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ScratchException or OutputException or CasException or IOException)
        {
            _known.Remove(file);
        }
    }

    private Digest Read(in OpenContent content, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using SafeFileHandle handle = content.Handle;
            using DigestHasher hasher = new(_function);
            for (int count = -1; count != 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                count = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, content.Size - hasher.Length)), hasher.Length);
                hasher.Append(buffer.AsSpan(0, count));
            }

            return hasher.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
