using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Testing;

namespace VirtualRoot.CasClient.Tests.Storage;

public sealed class BlobStoreEvictionTests
{
    private const int Blob = BlobStore.BlockSize;

    [Fact]
    public void Put_BeyondTheBound_EvictsTheLeastRecentlyUsedToTheLowWater()
    {
        using StoreFixture fixture = new(options => options with { MaxBytes = 10 * Blob, LowWaterFraction = 0.5 });
        Digest[] digests = [.. Enumerable.Range(0, 10).Select(seed => PutAged(fixture, seed, minutes: 20 - seed))];
        Assert.True(fixture.Store.Contains(digests[0]));

        Digest last = fixture.Put(100, Blob);

        // 11 blobs down to 5: the one just written, the one just looked for, and the three youngest.
        Assert.Equal(5, fixture.Store.Statistics.Blobs);
        Assert.Equal(6, fixture.Store.Statistics.Evictions);
        Assert.Equal(
            [digests[0], digests[7], digests[8], digests[9], last],
            digests.Append(last).Where(digest => fixture.Store.Contains(digest)));
    }

    [Fact]
    public void Evict_LeasedBlob_StaysUntilItsLeaseEnds()
    {
        using StoreFixture fixture = new();
        Digest leased = PutAged(fixture, 1, minutes: 60);
        Digest other = fixture.Put(2, Blob);
        Assert.True(fixture.Store.TryOpen(leased, out BlobLease? lease));

        fixture.Store.Evict(0);
        Assert.True(fixture.Store.Contains(leased));
        Assert.False(fixture.Store.Contains(other));

        lease.Dispose();
        Assert.Equal(Blob, fixture.Store.Evict(0));
        Assert.False(fixture.Store.Contains(leased));
    }

    [Fact]
    public void Evict_ByAnotherStoreOnTheDirectory_SparesOurLeases()
    {
        using StoreFixture fixture = new();
        Digest leased = fixture.Put(1, Blob);
        Assert.True(fixture.Store.TryOpen(leased, out BlobLease? lease));
        using (lease)
        {
            using BlobStore other = BlobStore.Open(fixture.Options);
            Assert.Equal(0, other.Evict(0));
            Assert.True(other.Contains(leased));
        }
    }

    [Fact]
    public async Task Commit_BlobLargerThanTheLowWater_IsNotEvictedBeforeItsWriterEnds()
    {
        using StoreFixture fixture = new(options => options with { MaxBytes = 10 * Blob, LowWaterFraction = 0.1 });
        fixture.Put(1, 5 * Blob);
        byte[] bytes = StoreFixture.Bytes(2, 10 * Blob);
        using BlobWriter writer = fixture.Store.BeginWrite(StoreFixture.DigestOf(bytes));
        writer.Write(bytes);
        await writer.CommitAsync();

        Assert.True(fixture.Store.Contains(writer.Digest));
        Assert.Equal(1, fixture.Store.Statistics.Blobs);
    }

    [Fact]
    public void BeginWrite_BlobLargerThanTheBound_IsLimitExceeded()
    {
        using StoreFixture fixture = new(options => options with { MaxBytes = 10 * Blob });
        Digest digest = new(DigestFunction.Sha256, new byte[32], (10 * Blob) + 1);

        CasException exception = Assert.Throws<CasException>(() => fixture.Store.BeginWrite(digest));

        Assert.Equal(CasErrorKind.LimitExceeded, exception.Kind);
        Assert.Contains(digest.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_BlobsOfAnEarlierProcess_AreCountedAndDamagedOnesDropped()
    {
        using StoreFixture fixture = new();
        fixture.Put(1, 1);
        fixture.Put(2, Blob + 1);
        string damaged = fixture.FileOf(fixture.Put(3, 100));
        File.SetUnixFileMode(damaged, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.AppendAllText(damaged, "x");
        string foreign = Path.Join(Path.GetDirectoryName(damaged), "README");
        File.WriteAllText(foreign, "not a blob");
        using BlobStore later = BlobStore.Open(fixture.Options);

        Assert.False(later.Statistics.IsComplete);
        BlobStoreStatistics statistics = later.Scan();

        Assert.Equal(new BlobStoreStatistics(2, 3 * Blob, 0, 0, 1, true), statistics);
        Assert.False(File.Exists(damaged));
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public async Task Put_StoreFilledByAnEarlierProcess_IsEvictedInTheBackground()
    {
        using StoreFixture fixture = new();
        for (int seed = 0; seed < 40; seed++)
        {
            PutAged(fixture, seed, minutes: 5);
        }

        using BlobStore later = BlobStore.Open(fixture.Options with { MaxBytes = 20 * Blob });
        byte[] bytes = StoreFixture.Bytes(100, 2 * Blob);
        later.Put(StoreFixture.DigestOf(bytes), bytes);
        await Wait.ForAsync(() => Task.FromResult(later.Statistics), static statistics => statistics.Bytes <= 18 * Blob, static statistics => $"{statistics}");
        Assert.True(later.Contains(StoreFixture.DigestOf(bytes)));
    }

    [Fact]
    public async Task Open_LeftoversOfADeadOwner_AreSweptThoseOfALivingOneStay()
    {
        using StoreFixture fixture = new();
        using BlobWriter living = fixture.Store.BeginWrite(StoreFixture.DigestOf([1]));
        string dead = Directory.CreateDirectory(Path.Join(fixture.Root, "staging", $"{Environment.ProcessId}-dead")).FullName;
        File.WriteAllText(Path.Join(dead, "1"), "half a blo");

        using BlobStore later = BlobStore.Open(fixture.Options);

        Assert.False(Directory.Exists(dead));
        Assert.Single(fixture.Staged());
        living.Write([1]);
        await living.CommitAsync();
        Assert.True(later.Contains(living.Digest));
    }

    [Fact]
    public void TryOpen_RecentlyUsed_WritesNoTimeWithinTheGranularity()
    {
        using StoreFixture fixture = new(options => options with { TouchGranularity = TimeSpan.FromMinutes(10) });
        Digest fresh = PutAged(fixture, 1, minutes: 9);
        Digest old = PutAged(fixture, 2, minutes: 11);
        DateTime before = File.GetLastWriteTimeUtc(fixture.FileOf(fresh));

        Assert.True(fixture.Store.Contains(fresh));
        Assert.True(fixture.Store.TryOpen(old, out BlobLease? lease));
        lease.Dispose();

        Assert.Equal(before, File.GetLastWriteTimeUtc(fixture.FileOf(fresh)));
        Assert.True(DateTime.UtcNow - File.GetLastWriteTimeUtc(fixture.FileOf(old)) < TimeSpan.FromMinutes(1));
    }

    private static Digest PutAged(StoreFixture fixture, int seed, int minutes)
    {
        Digest digest = fixture.Put(seed, Blob);
        File.SetLastWriteTimeUtc(fixture.FileOf(digest), DateTime.UtcNow.AddMinutes(-minutes));
        return digest;
    }
}
