using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.Grpc;
using VirtualRoot.Linux;
using VirtualRoot.Testing;

namespace VirtualRoot.CasClient.Tests.Blobs;

public sealed class BlobFetchTests : SessionFixture
{
    private const int Large = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Open_BlobOfAnySize_FetchesOnceThenServesFromDisk(int size)
    {
        byte[] bytes = RandomBytes(size);
        Digest digest = Cas.Add(bytes);
        CasSession session = Open();

        Assert.False(session.Blobs.TryOpen(digest, out _));
        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));

        BlobStatisticsSnapshot counts = session.Statistics.Snapshot();
        Assert.Equal((1, size, 1), (counts.BlobsFetched, counts.BytesFetched, counts.CacheHits));
        Assert.Equal(1, Cas.CallsOf("Read") + Cas.CallsOf("BatchReadBlobs"));
    }

    [Fact]
    public async Task TryRead_GivesWhatIsHere_FromMemoryAfterTheFirstTime()
    {
        byte[] bytes = RandomBytes(1000);
        Digest digest = Cas.Add(bytes);
        CasSession session = Open();
        byte[] read = new byte[bytes.Length];

        Assert.False(session.Blobs.TryRead(digest, read));
        Assert.False(session.Blobs.Contains(digest));
        (await session.Blobs.OpenAsync(digest, default)).Dispose();
        Assert.True(session.Blobs.Contains(digest));
        Assert.True(session.Blobs.TryRead(digest, read));
        Assert.Equal(bytes, read);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.Clear(read);
        Assert.True(session.Blobs.TryRead(digest, read));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(bytes, read);
        Assert.Equal(1, Cas.CallsOf("Read") + Cas.CallsOf("BatchReadBlobs"));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Bring_FetchesOnce_AndWhatIsSmallIsInMemoryThen(int size)
    {
        byte[] bytes = RandomBytes(size);
        Digest digest = Cas.Add(bytes);
        CasSession session = Open();

        Assert.True(await session.Blobs.BringAsync(digest, default));
        Assert.False(await session.Blobs.BringAsync(digest, default));
        Assert.Equal(1, Cas.CallsOf("Read") + Cas.CallsOf("BatchReadBlobs"));
        byte[] read = new byte[size];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(session.Blobs.TryRead(digest, read));
        Assert.Equal(size == Large, GC.GetAllocatedBytesForCurrentThread() > before);
        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task Bring_CorruptBlob_IsNotKept()
    {
        byte[] bytes = RandomBytes(1000);
        Digest digest = Cas.Add(bytes);
        Cas.Tamper = static (_, right) => [.. right.Select(static value => (byte)~value)];
        CasSession session = Open();

        CasException exception = await Assert.ThrowsAsync<CasException>(async () => await session.Blobs.BringAsync(digest, default));
        Assert.Equal(CasErrorKind.Corrupt, exception.Kind);
        Assert.False(session.Blobs.TryRead(digest, new byte[bytes.Length]));
    }

    [Fact]
    public void TryRead_WhereTheFileSystemCannotSayWhetherItWaits_IsNotNow()
    {
        using TestDirectory memory = new("/dev/shm");
        byte[] bytes = RandomBytes(1000);
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = memory.Path });
        store.Put(digest, bytes);
        CachingBlobSource blobs = new(store, new MissingBlobSource(store.Directory), new BlobStatistics());
        byte[] read = new byte[bytes.Length];

        Assert.True(blobs.TryOpen(digest, out BlobLease? lease));
        using (lease)
        {
            nint length = Syscall.Preadv2(lease.Handle, read, 0, Syscall.RWF_NOWAIT);
            Assert.True(length == bytes.Length || length == -(int)Errno.EOPNOTSUPP, $"{length}");
            Assert.Equal(length == bytes.Length, blobs.TryRead(digest, read)); // newer kernels can say it of tmpfs
        }
    }

    [Fact]
    public async Task Open_EmptyBlob_AsksNobody()
    {
        Digest empty = DigestHasher.Compute(DigestFunction.Sha256, []);
        Assert.Empty(Read(await Open().Blobs.OpenAsync(empty, default)));
        Assert.Empty(Cas.Calls);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Open_WrongBytesOnce_RefetchesAndServesTheRightOnes(int size)
    {
        byte[] bytes = RandomBytes(size);
        Digest digest = Cas.Add(bytes);
        int answers = 0;
        Cas.Tamper = (_, right) => Interlocked.Increment(ref answers) == 1 ? RandomBytes(right.Length, 2) : right;
        CasSession session = Open();

        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.Equal((2, 1L), (answers, session.Statistics.Snapshot().CorruptBlobs));
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1000, 1)]
    [InlineData(1000, -1)]
    [InlineData(Large, 0)]
    [InlineData(Large, 1)]
    [InlineData(Large, -1)]
    public async Task Open_WrongBytesTwice_IsCorruptAndKeepsNothing(int size, int growth)
    {
        Digest digest = Cas.Add(RandomBytes(size));
        int answers = 0;
        Cas.Tamper = (_, right) =>
        {
            Interlocked.Increment(ref answers);
            return RandomBytes(right.Length + growth, 2);
        };

        CasException exception = await FailsAsync(CasErrorKind.Corrupt, () => Open().Blobs.OpenAsync(digest, default).AsTask());
        Assert.Contains(digest.ToString(), exception.Message);
        Assert.Equal(2, answers);
        StoreHasNo(digest);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Open_MissingBlob_IsMissingAtOnceAndNamesTheDigest(int size)
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(size));
        CasException exception = await FailsAsync(CasErrorKind.Missing, () => Open().Blobs.OpenAsync(digest, default).AsTask());
        Assert.Contains(digest.ToString(), exception.Message);
        Assert.Equal(digest, exception.Digest);
        Assert.Equal(1, Cas.CallsOf("Read") + Cas.CallsOf("BatchReadBlobs"));
        StoreHasNo(digest);
    }

    [Fact]
    public async Task Open_StreamBreaks_ResumesAtTheOffset()
    {
        byte[] bytes = RandomBytes(Large);
        Digest digest = Cas.Add(bytes);
        BreakAfter(128 * 1024, times: 1);
        CasSession session = Open();

        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.Equal([0, 128 * 1024], Cas.Reads.Select(read => read.ReadOffset));
        Assert.Equal(1, session.Statistics.Snapshot().Retries);
    }

    [Fact]
    public async Task Open_StreamBreaksAndServerIgnoresOffsets_StartsAgain()
    {
        byte[] bytes = RandomBytes(Large);
        Digest digest = Cas.Add(bytes);
        Cas.IgnoresReadOffset = true;
        BreakAfter(128 * 1024, times: 1);

        Assert.Equal(bytes, Read(await Open().Blobs.OpenAsync(digest, default)));
        Assert.Equal([0, 128 * 1024, 0], Cas.Reads.Select(read => read.ReadOffset));
    }

    [Fact]
    public async Task Open_StreamBreaksTwiceAndServerIgnoresOffsets_StartsAgain()
    {
        byte[] bytes = RandomBytes(Large);
        Digest digest = Cas.Add(bytes);
        Cas.IgnoresReadOffset = true;
        BreakAfter(128 * 1024, times: 2);

        Assert.Equal(bytes, Read(await Open().Blobs.OpenAsync(digest, default)));
        Assert.Equal(0, Cas.Reads.Last().ReadOffset);
    }

    [Fact]
    public async Task Open_ConnectionCutAnywhereInTheStream_RecoversByResuming()
    {
        byte[] bytes = RandomBytes(Large);
        Digest digest = Cas.Add(bytes);
        await using var proxy = new CuttingProxy(Cas.Address, cutAfter: [100_000, 150_001, 70_007]);
        CasSession session = Open(options => options with { Address = proxy.Address });

        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.Equal(3, proxy.Cuts);
        Assert.True(session.Statistics.Snapshot().Retries >= 1);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Open_ServerHangs_IsUnavailableAfterTheDeadline(int size)
    {
        Digest digest = Cas.Add(RandomBytes(size));
        Cas.Before = (method, context) => method == "GetCapabilities" ? Task.CompletedTask : Task.Delay(Timeout.Infinite, context.CancellationToken);
        CasSession session = Open(options => options with
        {
            CallTimeout = TimeSpan.FromMilliseconds(200),
            StallTimeout = TimeSpan.FromMilliseconds(200),
            RetryDeadline = TimeSpan.FromMilliseconds(500),
        });

        CasException exception = await FailsAsync(CasErrorKind.Unavailable, () => session.Blobs.OpenAsync(digest, default).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(digest.ToString(), exception.Message);
        StoreHasNo(digest);
    }

    [Fact]
    public async Task Open_StreamStallsInItsMiddle_ResumesElsewhere()
    {
        byte[] bytes = RandomBytes(Large);
        Digest digest = Cas.Add(bytes);
        int stalls = 0;
        Cas.AfterChunk = (_, context) => Interlocked.Increment(ref stalls) == 2 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;
        CasSession session = Open(options => options with { StallTimeout = TimeSpan.FromSeconds(5) });

        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.Equal(2, Cas.Reads.Count);
    }

    [Fact]
    public async Task Open_ServerNowhere_IsUnavailableAndNamesTheAddress()
    {
        CasSession session = Open(options => options with { Address = "grpc://127.0.0.1:1", RetryDeadline = TimeSpan.FromMilliseconds(100) });
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(10));
        CasException exception = await FailsAsync(CasErrorKind.Unavailable, () => session.Blobs.OpenAsync(digest, default).AsTask());
        Assert.Contains("127.0.0.1:1", exception.Message);
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied, CasErrorKind.Denied)]
    [InlineData(StatusCode.Unauthenticated, CasErrorKind.Denied)]
    [InlineData(StatusCode.InvalidArgument, CasErrorKind.Other)]
    public async Task Open_ServerRefuses_IsToldWithoutRetries(StatusCode code, CasErrorKind kind)
    {
        Digest digest = Cas.Add(RandomBytes(Large));
        Cas.Before = (method, _) => method == "Read" ? throw new RpcException(code, "go\naway") : Task.CompletedTask;
        CasException exception = await FailsAsync(kind, () => Open().Blobs.OpenAsync(digest, default).AsTask());
        Assert.Contains(digest.ToString(), exception.Message);
        Assert.Equal(1, Cas.CallsOf("Read"));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task Open_FailureThatPasses_IsRetried(StatusCode code)
    {
        Digest digest = Cas.Add(RandomBytes(Large));
        int calls = 0;
        Cas.Before = (method, _) => method == "Read" && Interlocked.Increment(ref calls) < 3 ? throw new RpcException(code, "later") : Task.CompletedTask;
        CasSession session = Open();
        using BlobLease lease = await session.Blobs.OpenAsync(digest, default);
        Assert.Equal((3, 2L), (calls, session.Statistics.Snapshot().Retries));
    }

    [Fact]
    public async Task Open_MessageBeyondTheLimit_IsRefusedAndKeepsNothing()
    {
        Digest digest = Cas.Add(RandomBytes(Large));
        Cas.ChunkBytes = Large;
        CasSession session = Open(options => options with { MaxMessageBytes = 64 * 1024, MaxBatchBytes = 64 * 1024 });
        await FailsAsync(CasErrorKind.LimitExceeded, () => session.Blobs.OpenAsync(digest, default).AsTask());
        StoreHasNo(digest);
    }

    [Fact]
    public async Task Open_NoBatchRead_FallsBackToStreams()
    {
        byte[] bytes = RandomBytes(500);
        Digest digest = Cas.Add(bytes);
        Digest other = Cas.Add(RandomBytes(600));
        Cas.Lacks.Add("BatchReadBlobs");
        CasSession session = Open();

        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Read(await session.Blobs.OpenAsync(other, default));
        Assert.Equal((1, 2), (Cas.CallsOf("BatchReadBlobs"), Cas.CallsOf("Read")));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(Large)]
    public async Task Open_ZstdOffered_TravelsCompressed(int size)
    {
        byte[] bytes = new byte[size];
        Digest digest = Cas.Add(bytes);
        Cas.Capabilities.SupportedCompressors.Add(Protos.Compressor.Types.Value.Zstd);
        CasSession session = Open(options => options with { Zstd = ZstdMode.On, Instance = "some/instance" });

        Assert.Equal(bytes, Read(await session.Blobs.OpenAsync(digest, default)));
        Assert.All(Cas.Reads, read => Assert.Equal($"some/instance/compressed-blobs/zstd/{digest}", read.ResourceName));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(Large)]
    public async Task Open_ZstdBomb_IsCorruptAndKeepsNothing(int size)
    {
        Digest digest = Cas.Add(new byte[size]);
        Cas.Tamper = (_, _) => new byte[20 * size];
        Cas.Capabilities.SupportedCompressors.Add(Protos.Compressor.Types.Value.Zstd);
        CasSession session = Open(options => options with { Zstd = ZstdMode.On });
        await FailsAsync(CasErrorKind.Corrupt, () => session.Blobs.OpenAsync(digest, default).AsTask());
        StoreHasNo(digest);
    }

    [Fact]
    public async Task Open_NoServer_IsMissingAndSaysHowToNameOne()
    {
        await using var session = CasSession.Open(Store, null);
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(10));
        CasException exception = await FailsAsync(CasErrorKind.Missing, () => session.Blobs.OpenAsync(digest, default).AsTask());
        Assert.Contains("--cas", exception.Message);
    }

    private void BreakAfter(long bytes, int times)
    {
        int breaks = 0;
        Cas.AfterChunk = (sent, _) => sent == bytes && Interlocked.Increment(ref breaks) <= times
            ? throw new RpcException(StatusCode.Unavailable, "broken in the middle")
            : Task.CompletedTask;
    }
}
