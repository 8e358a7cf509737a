using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Tests.Blobs;

public sealed class BatchingTests : SessionFixture
{
    [Fact]
    public async Task Open_ThousandSmallBlobsAtOnce_TakesFewCalls()
    {
        Digest[] digests = [.. Enumerable.Range(0, 1000).Select(i => Cas.Add(RandomBytes(1 + i, i)))];
        CasSession session = Open();

        BlobLease[] leases = await Task.WhenAll(digests.Select(digest => session.Blobs.OpenAsync(digest, default).AsTask()));
        for (int i = 0; i < leases.Length; i++)
        {
            Assert.Equal(RandomBytes(1 + i, i), Read(leases[i]));
        }

        BlobStatisticsSnapshot counts = session.Statistics.Snapshot();
        Assert.Equal(1000, counts.BlobsFetched);
        Assert.InRange(Cas.CallsOf("BatchReadBlobs"), 1, 100);
        Assert.Equal(counts.Batches, Cas.CallsOf("BatchReadBlobs"));
        Assert.Equal(0, Cas.CallsOf("Read"));
    }

    [Fact]
    public async Task Open_ServerAllowsSmallBatches_NoAnswerExceedsThem()
    {
        Cas.Capabilities.MaxBatchTotalSizeBytes = 20_000;
        Digest[] digests = [.. Enumerable.Range(0, 60).Select(i => Cas.Add(RandomBytes(5_000, i)))];
        CasSession session = Open();
        foreach (BlobLease lease in await Task.WhenAll(digests.Select(digest => session.Blobs.OpenAsync(digest, default).AsTask())))
        {
            lease.Dispose();
        }

        Assert.InRange(Cas.CallsOf("BatchReadBlobs"), 20, 60);
    }

    [Fact]
    public async Task Open_OneBlobOfABatchMissing_TheOthersAreServed()
    {
        Digest[] digests = [.. Enumerable.Range(0, 20).Select(i => Cas.Add(RandomBytes(100, i)))];
        Cas.Blobs.TryRemove(digests[7], out _);
        CasSession session = Open();
        Task<BlobLease>[] opens = [.. digests.Select(digest => session.Blobs.OpenAsync(digest, default).AsTask())];

        CasException exception = await FailsAsync(CasErrorKind.Missing, () => opens[7]);
        Assert.Contains(digests[7].ToString(), exception.Message);
        for (int i = 0; i < opens.Length; i++)
        {
            if (i != 7)
            {
                (await opens[i]).Dispose();
            }
        }
    }

    [Fact]
    public async Task Open_BatchFailsOnce_EachBlobIsRetried()
    {
        int calls = 0;
        Cas.Before = (method, _) => method == "BatchReadBlobs" && Interlocked.Increment(ref calls) <= 2
            ? throw new RpcException(StatusCode.Unavailable, "restarting")
            : Task.CompletedTask;
        Digest[] digests = [.. Enumerable.Range(0, 30).Select(i => Cas.Add(RandomBytes(100, i)))];
        CasSession session = Open();
        foreach (BlobLease lease in await Task.WhenAll(digests.Select(digest => session.Blobs.OpenAsync(digest, default).AsTask())))
        {
            lease.Dispose();
        }

        Assert.True(calls >= 3);
    }

    [Fact]
    public async Task Open_NoCapabilities_UsesDefaults()
    {
        Cas.Lacks.Add("GetCapabilities");
        byte[] bytes = RandomBytes(100);
        Digest digest = Cas.Add(bytes);
        CasSession session = Open();
        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.False((await session.Connection!.GetCapabilitiesAsync()).IsAnnounced);
        Assert.Equal(1, Cas.CallsOf("GetCapabilities"));
    }

    [Fact]
    public async Task Open_SessionClosedMeanwhile_NobodyWaitsForEver()
    {
        Digest digest = Cas.Add(RandomBytes(100));
        var asked = new TaskCompletionSource();
        Cas.Before = (method, context) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        CasSession session = Open(options => options with { RetryDeadline = TimeSpan.FromMilliseconds(200) });
        Task<BlobLease> open = session.Blobs.OpenAsync(digest, default).AsTask();
        await asked.Task;
        await session.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => open.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(open.IsFaulted);
    }
}
