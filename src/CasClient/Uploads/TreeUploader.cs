using System.Collections.Concurrent;
using System.Threading.Channels;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>
/// Uploads a local directory tree. One walker feeds a bounded queue of files, threads hash them, a directory is encoded
/// when its last child is known, and senders ask the sink what it lacks and send that. All queues are bounded, so memory
/// does not grow with the tree, but for 100 bytes a distinct blob that keep one from being sent twice.
/// </summary>
public sealed class TreeUploader
{
    private const int QueuedFiles = 256;
    private const int QueuedBlobs = 128;

    private readonly IBlobSink _sink;
    private readonly UploadOptions _options;
    private readonly UploadCounters _counters;
    private readonly Channel<PendingFile> _files = Channel.CreateBounded<PendingFile>(
        new BoundedChannelOptions(QueuedFiles) { SingleWriter = true });

    private readonly Channel<QueuedBlob> _blobs = Channel.CreateBounded<QueuedBlob>(QueuedBlobs);
    private readonly ConcurrentDictionary<Digest, byte> _seen = new();
    private Digest _root;

    private TreeUploader(IBlobSink sink, UploadOptions options, IProgress<UploadProgress>? progress)
    {
        _sink = sink;
        _options = options;
        _counters = new UploadCounters(progress);
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
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var walker = new TreeWalker(_files.Writer, _options, _counters, CompleteAsync);
        Task walking = Guard(() => walker.WalkAsync(path, stop.Token), stop);
        Task hashing = Guard(() => Task.WhenAll(Enumerable.Range(0, _options.HashThreads).Select(_ => Task.Run(() => HashAsync(stop.Token)))), stop);
        Task sending = Guard(() => Task.WhenAll(Enumerable.Range(0, _options.Uploads).Select(_ => Task.Run(() => SendAsync(stop.Token)))), stop);
        Task feeding = FeedingEndsAsync(walking, hashing);
        await FirstFailureAsync(cancellationToken, walking, hashing, feeding, sending);
        return new UploadResult(_root, _counters.Now);
    }

    // The first part to fail stops the others.
    private static async Task Guard(Func<Task> part, CancellationTokenSource stop)
    {
        try
        {
            await Task.Run(part);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task FeedingEndsAsync(Task walking, Task hashing)
    {
        try
        {
            await walking;
        }
        finally
        {
            _files.Writer.Complete();
        }

        try
        {
            await hashing;
        }
        finally
        {
            _blobs.Writer.Complete();
        }
    }

    // What failed matters, not that the others were cancelled because of it.
    private static async Task FirstFailureAsync(CancellationToken cancellationToken, params Task[] parts)
    {
        try
        {
            await Task.WhenAll(parts);
        }
        catch (Exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Exception? cause = parts.SelectMany(part => part.Exception?.InnerExceptions ?? Enumerable.Empty<Exception>())
                .FirstOrDefault(exception => exception is not OperationCanceledException);
            if (cause is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            }

            throw;
        }
    }

    private async Task HashAsync(CancellationToken cancellationToken)
    {
        await foreach (PendingFile file in _files.Reader.ReadAllAsync(cancellationToken))
        {
            var local = new LocalFile(Path.Join(file.Directory.Path, file.Name));
            BlobUpload upload = local.Hash(_options.DigestFunction);
            _counters.CountFile(upload.Digest.SizeBytes);
            file.Directory.AddFile(file.Name, Remote.WireDigest.ToMessage(upload.Digest), local.IsExecutable);
            await QueueAsync(new QueuedBlob(upload, local), cancellationToken);
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
            await QueueAsync(new QueuedBlob(new BlobUpload(digest, encoded), null), cancellationToken);
            if (current.Parent is null)
            {
                _root = digest;
            }
            else
            {
                current.Parent.AddDirectory(current.Name, Remote.WireDigest.ToMessage(digest));
            }
        }
    }

    private async Task QueueAsync(QueuedBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Upload.Digest.SizeBytes > 0 && _seen.TryAdd(blob.Upload.Digest, 0))
        {
            await _blobs.Writer.WriteAsync(blob, cancellationToken);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        List<QueuedBlob> gathered = [];
        while (await _blobs.Reader.WaitToReadAsync(cancellationToken))
        {
            gathered.Clear();
            while (gathered.Count < QueuedBlobs && _blobs.Reader.TryRead(out QueuedBlob blob))
            {
                gathered.Add(blob);
            }

            if (gathered.Count > 0)
            {
                await SendAsync(gathered, cancellationToken);
            }
        }
    }

    private async Task SendAsync(List<QueuedBlob> gathered, CancellationToken cancellationToken)
    {
        HashSet<Digest> missing = [.. await _sink.FindMissingAsync([.. gathered.Select(blob => blob.Upload.Digest)], cancellationToken)];
        List<QueuedBlob> wanted = gathered.FindAll(blob => missing.Contains(blob.Upload.Digest));
        List<QueuedBlob> large = wanted.FindAll(blob => !blob.Upload.IsInMemory);
        try
        {
            await _sink.StoreAsync([.. wanted.Select(blob => blob.Upload)], cancellationToken);
        }
        catch (CasException)
        {
            // A sink that refuses bytes may be right: the file may have been written to while it was read.
            large.ForEach(blob => blob.File?.RequireUnchanged());
            throw;
        }

        large.ForEach(blob => blob.File?.RequireUnchanged());
        wanted.ForEach(blob => _counters.CountSent(blob.Upload.Digest.SizeBytes));
    }

    private readonly record struct QueuedBlob(BlobUpload Upload, LocalFile? File);
}
