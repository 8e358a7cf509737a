using System.Collections.Concurrent;
using System.Threading.Channels;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>
/// Sends blobs while they are being found: a bounded queue, and senders that ask the sink what it lacks and send that. No
/// blob is sent twice, however often it is queued; the empty one never is.
/// </summary>
public sealed class BlobUploader
{
    private const int QueuedBlobs = 128;

    private readonly IBlobSink _sink;
    private readonly int _senders;
    private readonly Action<long>? _sent;
    private readonly Channel<BlobUpload> _blobs = Channel.CreateBounded<BlobUpload>(QueuedBlobs);
    private readonly ConcurrentDictionary<Digest, byte> _seen = new();

    /// <summary>An uploader for one run.</summary>
    /// <param name="sink">Where blobs go.</param>
    /// <param name="senders">Uploads under way at the same time; at least 1.</param>
    /// <param name="sent">Told of each blob that the sink lacked and has now: its bytes. Called from any thread.</param>
    public BlobUploader(IBlobSink sink, int senders, Action<long>? sent)
    {
        _sink = sink;
        _senders = senders;
        _sent = sent;
    }

    /// <summary>Runs <paramref name="produce"/>, which queues blobs, and sends what it queues; the first failure of either
    /// ends both and is thrown.</summary>
    /// <exception cref="CasException">The sink failed; names the digest.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> produce, CancellationToken cancellationToken)
    {
        using var parts = new ConcurrentParts(cancellationToken);
        parts.Start(async token =>
        {
            try
            {
                await produce(token);
            }
            finally
            {
                _blobs.Writer.Complete();
            }
        });
        for (int i = 0; i < _senders; i++)
        {
            parts.Start(SendAsync);
        }

        await parts.Completion();
    }

    /// <summary>Queues a blob; waits while the queue is full.</summary>
    public ValueTask QueueAsync(BlobUpload blob, CancellationToken cancellationToken) =>
        blob.Digest.SizeBytes > 0 && _seen.TryAdd(blob.Digest, 0) ? _blobs.Writer.WriteAsync(blob, cancellationToken) : ValueTask.CompletedTask;

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        List<BlobUpload> gathered = [];
        while (await _blobs.Reader.WaitToReadAsync(cancellationToken))
        {
            gathered.Clear();
            while (gathered.Count < QueuedBlobs && _blobs.Reader.TryRead(out BlobUpload? blob))
            {
                gathered.Add(blob);
            }

            if (gathered.Count > 0)
            {
                await SendAsync(gathered, cancellationToken);
            }
        }
    }

    private async Task SendAsync(List<BlobUpload> gathered, CancellationToken cancellationToken)
    {
        HashSet<Digest> missing = [.. await _sink.FindMissingAsync([.. gathered.Select(blob => blob.Digest)], cancellationToken)];
        List<BlobUpload> wanted = [];
        foreach (BlobUpload blob in gathered.Where(blob => missing.Contains(blob.Digest)))
        {
            wanted.Add(await blob.HoldIfSmallAsync(cancellationToken));
        }

        if (wanted.Count == 0)
        {
            return;
        }

        try
        {
            await _sink.StoreAsync(wanted, cancellationToken);
        }
        catch (CasException)
        {
            // A sink that refuses bytes may be right: the file may have been written to while it was read.
            wanted.ForEach(blob => blob.RequireUnchanged());
            throw;
        }

        wanted.ForEach(blob => blob.RequireUnchanged());
        wanted.ForEach(blob => _sent?.Invoke(blob.Digest.SizeBytes));
    }
}
