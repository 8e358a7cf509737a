using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Blobs;

/// <summary>
/// Natural batching: a read that finds the line idle is sent at once, alone if need be; what is asked for while a batch
/// is under way gathers and goes together. No timer, so no latency is added, and the busier it is the larger the batches.
/// </summary>
internal sealed class BatchReader(CasConnection connection)
{
    // A second batch travels beside the first only once this much waits: it hides the round trip when a whole tree is
    // read, and does not split what one batch could carry.
    private const int CrowdBlobs = 64;
    private const int MaxInFlight = 4;

    private readonly Lock _gate = new();
    private readonly Queue<PendingRead> _queue = new();
    private int _inFlight;

    /// <summary>False once the server has said that it has no BatchReadBlobs.</summary>
    public bool IsSupported { get; private set; } = true;

    /// <summary>The blob's bytes, unverified; null if it must be read as a stream.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        var read = new PendingRead(digest);
        bool send;
        lock (_gate)
        {
            _queue.Enqueue(read);
            send = MaySend();
            _inFlight += send ? 1 : 0;
        }

        if (send)
        {
            _ = SendUntilEmptyAsync();
        }

        try
        {
            return await read.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            read.IsAbandoned = true;
        }
    }

    private bool MaySend() => _inFlight == 0 || (_inFlight < MaxInFlight && _queue.Count >= CrowdBlobs);

    private async Task SendUntilEmptyAsync()
    {
        // Whoever asked goes on; the batches are sent from the pool.
        await Task.Yield();
        int capacity;
        try
        {
            capacity = await connection.GetBatchCapacityAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Whatever it is, it is told to those who wait, who would wait for ever otherwise.
            FailAll(exception);
            return;
        }

        while (TakeBatch(capacity) is { Count: > 0 } batch)
        {
            await SendAsync(batch);
        }
    }

    private void FailAll(Exception exception)
    {
        List<PendingRead> waiting;
        lock (_gate)
        {
            waiting = [.. _queue];
            _queue.Clear();
            _inFlight--;
        }

        Fail(waiting, exception);
    }

    private List<PendingRead> TakeBatch(int capacity)
    {
        List<PendingRead> batch = [];
        lock (_gate)
        {
            long bytes = 0;
            while (_queue.TryPeek(out PendingRead? read))
            {
                long size = read.Digest.SizeBytes + WireDigest.BatchOverhead(read.Digest);
                if (batch.Count > 0 && bytes + size > capacity)
                {
                    break;
                }

                _queue.Dequeue();
                if (!read.IsAbandoned)
                {
                    batch.Add(read);
                    bytes += size;
                }
            }

            _inFlight -= batch.Count == 0 ? 1 : 0;
        }

        return batch;
    }

    private async Task SendAsync(List<PendingRead> batch)
    {
        try
        {
            ILookup<Digest, PendingRead> waiting = batch.ToLookup(read => read.Digest);
            List<Digest> digests = [.. waiting.Select(group => group.Key)];
            foreach (BatchedBlob blob in await connection.BatchReadAsync(digests, CancellationToken.None))
            {
                foreach (PendingRead read in waiting[blob.Digest])
                {
                    Deliver(read, blob);
                }
            }

            // A server that leaves a blob out of its answer may still have it to stream.
            batch.ForEach(read => read.TrySetResult(null));
        }
        catch (CasException exception) when (exception.Kind is CasErrorKind.Unsupported or CasErrorKind.LimitExceeded or CasErrorKind.Missing)
        {
            // No such call; or the answer would be too long for somebody on the way, and streams have no such limit; or
            // the server fails a batch for one blob that it lacks, and streams tell which one it is.
            IsSupported &= exception.Kind != CasErrorKind.Unsupported;
            batch.ForEach(read => read.TrySetResult(null));
        }
        catch (Exception exception)
        {
            // A bug, or a connection closed meanwhile, is told too: nobody may wait for ever.
            Fail(batch, exception);
        }
    }

    private static void Deliver(PendingRead read, BatchedBlob blob)
    {
        if (blob.Fault is null)
        {
            read.TrySetResult(blob.Bytes);
        }
        else
        {
            read.TrySetException(blob.Fault);
        }
    }

    // The batch's failure is each blob's own: the message that a person reads names the blob that was asked for.
    private static void Fail(List<PendingRead> reads, Exception exception) => reads.ForEach(read => read.TrySetException(
        exception is CasException fault
            ? new CasException(fault.Kind, $"blob {read.Digest}: {fault.Message}", read.Digest, fault.InnerException)
            : exception));
}
