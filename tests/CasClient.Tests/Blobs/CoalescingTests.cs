using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.Testing;

namespace VirtualRoot.CasClient.Tests.Blobs;

public sealed class CoalescingTests : SessionFixture
{
    [Fact]
    public async Task Open_ManyAtOnce_FetchesOnce()
    {
        byte[] bytes = RandomBytes(300_000);
        Digest digest = Cas.Add(bytes);
        TaskCompletionSource gate = Gate();
        CasSession session = Open();

        List<Task<BlobLease>> opens = [.. Enumerable.Range(0, 50).Select(_ => session.Blobs.OpenAsync(digest, default).AsTask())];
        gate.SetResult();
        foreach (BlobLease lease in await Task.WhenAll(opens))
        {
            Assert.Equal(bytes, Read(lease));
        }

        Assert.Equal((1, 1L), (Cas.CallsOf("Read"), session.Statistics.Snapshot().BlobsFetched));
    }

    [Fact]
    public async Task Open_OneOfTwoWaitersCancelled_TheOtherIsServedByTheSameFetch()
    {
        byte[] bytes = RandomBytes(300_000);
        Digest digest = Cas.Add(bytes);
        TaskCompletionSource gate = Gate();
        CasSession session = Open();
        using var cancellation = new CancellationTokenSource();

        Task<BlobLease> first = session.Blobs.OpenAsync(digest, cancellation.Token).AsTask();
        Task<BlobLease> second = session.Blobs.OpenAsync(digest, default).AsTask();
        await Wait.UntilAsync(() => Cas.CallsOf("Read") == 1, "one call of Read");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal(bytes, Read(await second));
        Assert.Equal(1, Cas.CallsOf("Read"));
    }

    [Fact]
    public async Task Open_LastWaiterCancelled_EndsTheCallAndKeepsNothing()
    {
        Digest digest = Cas.Add(RandomBytes(300_000));
        var ended = new TaskCompletionSource();
        Cas.Before = async (method, context) =>
        {
            if (method == "Read")
            {
                context.CancellationToken.Register(ended.SetResult);
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
        };
        using var cancellation = new CancellationTokenSource();

        Task<BlobLease> open = Open().Blobs.OpenAsync(digest, cancellation.Token).AsTask();
        await Wait.UntilAsync(() => Cas.CallsOf("Read") == 1, "one call of Read");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(Store.Contains(digest));
    }

    [Fact]
    public async Task Open_AfterAFailure_FetchesAnew()
    {
        byte[] bytes = RandomBytes(300_000);
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        CasSession session = Open();
        await FailsAsync(CasErrorKind.Missing, () => session.Blobs.OpenAsync(digest, default).AsTask());
        Cas.Add(bytes);
        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
    }

    private TaskCompletionSource Gate()
    {
        var gate = new TaskCompletionSource();
        Cas.Before = (method, _) => method == "Read" ? gate.Task : Task.CompletedTask;
        return gate;
    }
}
