using System.Threading.Channels;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>
/// Uploads a local directory tree. One walker feeds a bounded queue of files, threads hash them, a directory is encoded
/// when its last child is known, and a <see cref="BlobUploader"/> sends what the sink lacks. All queues are bounded, so
/// memory does not grow with the tree, but for 100 bytes a distinct blob that keep one from being sent twice.
/// </summary>
public sealed class TreeUploader
{
    private const int QueuedFiles = 256;

    private readonly UploadOptions _options;
    private readonly UploadCounters _counters;
    private readonly BlobUploader _blobs;
    private readonly Channel<PendingFile> _files = Channel.CreateBounded<PendingFile>(
        new BoundedChannelOptions(QueuedFiles) { SingleWriter = true });

    private Digest _root;

    private TreeUploader(IBlobSink sink, UploadOptions options, IProgress<UploadProgress>? progress)
    {
        _options = options;
        _counters = new UploadCounters(progress);
        _blobs = new BlobUploader(sink, options.Uploads, _counters.CountSent);
    }

    /// <summary>Uploads the tree at <paramref name="path"/>: files, executable bits, symbolic links as links, empty
    /// directories. The root digest depends on these alone.</summary>
    /// <exception cref="CasException">A file cannot be read or expressed (the message names its path), changed meanwhile,
    /// or the sink failed.</exception>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static Task<UploadResult> UploadAsync(
        string path, IBlobSink sink, UploadOptions? options, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new UploadOptions();
        options.Validate();
        return new TreeUploader(sink, options, progress).RunAsync(Path.GetFullPath(path), cancellationToken);
    }

    private async Task<UploadResult> RunAsync(string path, CancellationToken cancellationToken)
    {
        await _blobs.RunAsync(token => FindAsync(path, token), cancellationToken);
        return new UploadResult(_root, _counters.Now);
    }

    private async Task FindAsync(string path, CancellationToken cancellationToken)
    {
        using var parts = new ConcurrentParts(cancellationToken);
        parts.Start(async token =>
        {
            try
            {
                await new TreeWalker(_files.Writer, _options, _counters, CompleteAsync).WalkAsync(path, token);
            }
            finally
            {
                _files.Writer.Complete();
            }
        });
        for (int i = 0; i < _options.HashThreads; i++)
        {
            parts.Start(HashAsync);
        }

        await parts.Completion();
    }

    private async Task HashAsync(CancellationToken cancellationToken)
    {
        await foreach (PendingFile file in _files.Reader.ReadAllAsync(cancellationToken))
        {
            var local = new LocalFile(Path.Join(file.Directory.Path, file.Name));
            BlobUpload upload = local.Hash(_options.DigestFunction);
            _counters.CountFile(upload.Digest.SizeBytes);
            file.Directory.AddFile(file.Name, upload.Digest, local.IsExecutable);
            await _blobs.QueueAsync(upload, cancellationToken);
            await CompleteAsync(file.Directory, cancellationToken);
        }
    }

    // Ends one hold of a directory; the last one encodes it and ends the hold that it has on its parent, and so on up.
    private async Task CompleteAsync(PendingDirectory directory, CancellationToken cancellationToken)
    {
        for (PendingDirectory? current = directory; current is not null && current.Release(); current = current.Parent)
        {
            byte[] encoded = current.Encode();
            Digest digest = DigestHasher.Compute(_options.DigestFunction, encoded);
            _counters.CountDirectory();
            await _blobs.QueueAsync(new BlobUpload(digest, encoded), cancellationToken);
            if (current.Parent is null)
            {
                _root = digest;
            }
            else
            {
                current.Parent.AddDirectory(current.Name, digest);
            }
        }
    }
}
