using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Tests.Fakes;

namespace VirtualRoot.CasClient.Tests.Directories;

public sealed class DirectoryCacheTests : SessionFixture
{
    [Fact]
    public async Task Get_Directory_ComesFromTheCasThenMemoryThenDisk()
    {
        Digest root = TreeBuilder.Wide(Cas, 3, 2);
        CasSession session = Open();
        Assert.False(session.Directories.TryGet(root, out _));
        DirectoryListing listing = await session.Directories.GetAsync(root, default);
        Assert.Equal(3, listing.Count);
        Assert.True(session.Directories.TryGet(root, out DirectoryListing? again));
        Assert.Same(listing, again);
        Assert.Equal((1, 0), (session.Statistics.Snapshot().DirectoriesFetched, session.Statistics.Snapshot().BlobsFetched));

        CasSession next = Open();
        int calls = Cas.Calls.Values.Sum();
        Assert.Equal(3, (await next.Directories.GetAsync(root, default)).Count);
        Assert.Equal((calls, 1L), (Cas.Calls.Values.Sum(), next.Statistics.Snapshot().DirectoryCacheHits));
    }

    [Fact]
    public async Task TryGet_InMemory_AllocatesNothing()
    {
        Digest root = TreeBuilder.Wide(Cas, 3, 2);
        IDirectorySource directories = Open().Directories;
        await directories.GetAsync(root, default);
        Assert.True(directories.TryGet(root, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool found = directories.TryGet(root, out DirectoryListing? listing);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(found && listing!.Count == 3);
    }

    [Fact]
    public async Task Get_EmptyDirectory_AsksNobody()
    {
        Digest empty = DigestHasher.Compute(DigestFunction.Sha256, []);
        Assert.Equal(0, (await Open().Directories.GetAsync(empty, default)).Count);
        Assert.Empty(Cas.Calls);
    }

    [Fact]
    public async Task Get_MalformedDirectory_IsToldAndKeptNowhere()
    {
        Digest bad = Cas.Add(TreeBuilder.Directory(("..", Cas.Add([1, 2]))));
        CasSession session = Open();
        CasException exception = await FailsAsync(CasErrorKind.Malformed, () => session.Directories.GetAsync(bad, default).AsTask());
        Assert.Contains(bad.ToString(), exception.Message);
        Assert.False(session.Directories.TryGet(bad, out _));
        StoreHasNo(bad);
    }

    [Fact]
    public async Task Get_ServerAnswersADirectoryThatListsItself_IsCorrupt()
    {
        Digest digest = Cas.Add(TreeBuilder.Directory(("sub", Cas.Add([1]))));
        Protos.Directory lie = TreeBuilder.Directory(("sub", digest));
        Cas.Tamper = (asked, bytes) => asked == digest ? Google.Protobuf.MessageExtensions.ToByteArray(lie) : bytes;
        CasSession session = Open();
        await FailsAsync(CasErrorKind.Corrupt, () => session.Directories.GetAsync(digest, default).AsTask());
        StoreHasNo(digest);
    }

    [Fact]
    public async Task Get_DamagedOnDisk_IsFetchedAgain()
    {
        Digest root = TreeBuilder.Wide(Cas, 3, 2);
        await Open().Directories.GetAsync(root, default);
        string file = Assert.Single(System.IO.Directory.GetFiles(Folder, $"{root.HashHex}*", SearchOption.AllDirectories));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[5] ^= 1;
        File.WriteAllBytes(file, bytes);

        CasSession session = Open();
        Assert.Equal(3, (await session.Directories.GetAsync(root, default)).Count);
        Assert.Equal((1L, 0L), (session.Statistics.Snapshot().DirectoriesFetched, session.Statistics.Snapshot().DirectoryCacheHits));
        Assert.True(Store.Verify(root));
    }

    [Fact]
    public async Task Get_LargerThanTheLimit_IsRefusedWithoutAsking()
    {
        Digest digest = Cas.Add(new byte[2000]);
        CasSession session = Open(limits: new DirectoryLimits { MaxMessageBytes = 1000 });
        await FailsAsync(CasErrorKind.LimitExceeded, () => session.Directories.GetAsync(digest, default).AsTask());
        Assert.Empty(Cas.Calls);
    }

    [Fact]
    public async Task Prefetch_WithGetTree_BringsTheTreeInOneCall()
    {
        Digest root = TreeBuilder.Wide(Cas, 250, 4);
        CasSession session = Open();
        await PrefetchAsync(session, root, 251);
        BlobStatisticsSnapshot counts = session.Statistics.Snapshot();
        Assert.Equal((251L, 1L, 0L), (counts.DirectoriesFetched, counts.TreeCalls, counts.Batches));
    }

    [Fact]
    public async Task Prefetch_WithoutGetTree_BringsTheTreeInFewBatches()
    {
        Digest root = TreeBuilder.Wide(Cas, 250, 4);
        Cas.Lacks.Add("GetTree");
        CasSession session = Open();
        await PrefetchAsync(session, root, 251);
        Assert.Equal(251, session.Statistics.Snapshot().DirectoriesFetched);
        Assert.InRange(Cas.CallsOf("BatchReadBlobs"), 2, 40);
        Assert.Equal(1, Cas.CallsOf("GetTree"));
    }

    [Fact]
    public async Task Prefetch_WarmDisk_AsksNobody()
    {
        Digest root = TreeBuilder.Wide(Cas, 50, 4);
        await PrefetchAsync(Open(), root, 51);
        int calls = Cas.Calls.Values.Sum();
        CasSession next = Open();
        await PrefetchAsync(next, root, 51);
        Assert.Equal((calls, 51L), (Cas.Calls.Values.Sum(), next.Statistics.Snapshot().DirectoryCacheHits));
    }

    [Fact]
    public async Task Prefetch_GetTreeAnswersOtherDirectories_TheRightOnesComeAsBlobs()
    {
        Digest root = TreeBuilder.Wide(Cas, 5, 2);
        Digest victim = Cas.Blobs.First(pair => pair.Key != root && pair.Value.Length > 1).Key;
        int answers = 0;
        Cas.Tamper = (digest, bytes) => digest == victim && Interlocked.Increment(ref answers) == 1
            ? Google.Protobuf.MessageExtensions.ToByteArray(TreeBuilder.Directory().WithFile("evil", victim))
            : bytes;
        CasSession session = Open();
        await PrefetchAsync(session, root, 6);
        DirectoryListing listing = await session.Directories.GetAsync(victim, default);
        Assert.Equal((-1, 2), (listing.Find("evil"u8), listing.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prefetch_ChainOf10000Levels_MeetsTheLimitAndHarmsNobody(bool hasTree)
    {
        Digest root = TreeBuilder.Deep(Cas, 10_000, 1);
        if (!hasTree)
        {
            Cas.Lacks.Add("GetTree");
        }

        CasSession session = Open(limits: new DirectoryLimits { MaxDepth = 100, MaxTreeDirectories = 200 });
        session.Directories.Prefetch(root);
        await EndOfPrefetchAsync(session);
        Assert.InRange(session.Statistics.Snapshot().DirectoriesFetched, 1, 300);
        Assert.Equal(1, (await session.Directories.GetAsync(root, default)).Count);
        CasException exception = await FailsAsync(
            CasErrorKind.LimitExceeded, () => TreeTotals.ComputeAsync(root, session.Directories, session.Limits, default));
        Assert.Contains(root.ToString(), exception.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prefetch_ExponentialDag_VisitsEachDigestOnceAndTotalsSaturate(bool hasTree)
    {
        Digest root = TreeBuilder.Deep(Cas, 100, 10);
        if (!hasTree)
        {
            Cas.Lacks.Add("GetTree");
        }

        CasSession session = Open();
        session.Directories.Prefetch(root);
        await EndOfPrefetchAsync(session);
        Assert.Equal(100, session.Statistics.Snapshot().DirectoriesFetched);
        TreeTotals totals = await TreeTotals.ComputeAsync(root, session.Directories, session.Limits, default);
        Assert.Equal((100L, 1L, 1L, long.MaxValue), (totals.DirectoryBlobs, totals.FileBlobs, totals.FileBlobBytes, totals.Files));
    }

    [Fact]
    public async Task Totals_SharedDirectories_CountByDigestAndByPath()
    {
        Digest file = Cas.Add(RandomBytes(10));
        Digest other = Cas.Add(RandomBytes(7));
        Digest shared = Cas.Add(TreeBuilder.Directory().WithFile("x", file).WithFile("y", other));
        Protos.Directory top = TreeBuilder.Directory(("a", shared), ("b", shared)).WithFile("z", file);
        top.Symlinks.Add(new Protos.SymlinkNode { Name = "zz", Target = "a" });
        Digest root = Cas.Add(top);
        CasSession session = Open();
        TreeTotals totals = await TreeTotals.ComputeAsync(root, session.Directories, session.Limits, default);
        Assert.Equal(
            new TreeTotals
            {
                FileBlobs = 2,
                FileBlobBytes = 17,
                DirectoryBlobs = 2,
                DirectoryBlobBytes = root.SizeBytes + shared.SizeBytes,
                Files = 5,
                FileBytes = 44,
                Directories = 3,
                Symlinks = 1,
            },
            totals);
    }

    [Fact]
    public async Task Memory_BeyondItsBound_DropsOldDirectoriesAndStillServesAll()
    {
        Digest root = TreeBuilder.Wide(Cas, 200, 20);
        CasSession session = Open(limits: new DirectoryLimits { MaxCachedBytes = 64 * 1024 });
        DirectoryListing listing = await session.Directories.GetAsync(root, default);
        int inMemory = 0;
        for (int i = 0; i < listing.Count; i++)
        {
            Assert.Equal(20, (await session.Directories.GetAsync(listing.GetDigest(i), default)).Count);
        }

        for (int i = 0; i < listing.Count; i++)
        {
            inMemory += session.Directories.TryGet(listing.GetDigest(i), out _) ? 1 : 0;
        }

        Assert.InRange(inMemory, 5, 60);
    }

    private static async Task PrefetchAsync(CasSession session, Digest root, int directories)
    {
        session.Directories.Prefetch(root);
        await EndOfPrefetchAsync(session);
        DirectoryListing listing = await session.Directories.GetAsync(root, default);
        Assert.Equal(directories - 1, listing.Count);
        Assert.All(Enumerable.Range(0, listing.Count), i => Assert.True(session.Directories.TryGet(listing.GetDigest(i), out _)));
    }

    private static Task EndOfPrefetchAsync(CasSession session) =>
        ((DirectoryCache)session.Directories).PrefetchesAsync().WaitAsync(TimeSpan.FromSeconds(60));
}
