using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Tests.Storage;

/// <summary>What happens in a store while it is scanned: each test comes in between by its own listing.</summary>
public sealed class BlobStoreScanTests : IDisposable
{
    private const int Blob = BlobStore.BlockSize;

    // A store scans by itself when it has written a sixteenth of its bound: what is to be there already is another's work.
    private readonly StoreFixture _fixture;
    private readonly BlobStore _other;
    private Action? _atTheBeginning;
    private Action? _atTheEnd;
    private Action<StoredBlob>? _afterTheFirst;

    public BlobStoreScanTests()
    {
        _fixture = new StoreFixture(options => options with { MaxBytes = 160 * Blob, LowWaterFraction = 0.5, Listing = List });
        _other = BlobStore.Open(new BlobStoreOptions { Directory = _fixture.Root });
        _fixture.Store.Scan();
    }

    private long BytesOnDisk => StoredBlob.List(Path.Join(_fixture.Root, "sha256")).Sum(blob => blob.Size);

    public void Dispose()
    {
        _other.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Put_WhereAScanHasPassedAlready_IsCounted()
    {
        Fill(1, Blob);
        _atTheEnd = () => _fixture.Put(2, 3 * Blob);

        _fixture.Store.Scan();

        Assert.Null(_atTheEnd);
        Assert.Equal((2, 4 * Blob), (_fixture.Store.Statistics.Blobs, _fixture.Store.Statistics.Bytes));
    }

    [Fact]
    public void Put_AfterAScanThatMissedSome_KeepsTheBound()
    {
        Fill(1, 150 * Blob);
        _atTheEnd = () => _fixture.Put(2, 10 * Blob);
        _fixture.Store.Scan();

        _fixture.Put(3, Blob);

        Assert.Null(_atTheEnd);
        Assert.InRange(BytesOnDisk, Blob, 160 * Blob);
    }

    [Fact]
    public void Put_CountedTwiceByAScan_EvictsNothingWithinTheBound()
    {
        Fill(1, 145 * Blob);
        _atTheBeginning = () => _fixture.Put(2, 10 * Blob);
        _fixture.Store.Scan();
        Assert.Equal(165 * Blob, _fixture.Store.Statistics.Bytes);

        _fixture.Put(3, Blob);

        Assert.Equal(0, _fixture.Store.Statistics.Evictions);
        Assert.Equal(156 * Blob, BytesOnDisk);
        Assert.Equal(156 * Blob, _fixture.Store.Scan().Bytes);
    }

    [Fact]
    public void Remove_BeforeAScanComesBy_IsNotTakenOffTwice()
    {
        Digest removed = Fill(1, Blob);
        Fill(2, Blob);
        _atTheBeginning = () => Assert.True(_fixture.Store.Remove(removed));

        BlobStoreStatistics statistics = _fixture.Store.Scan();

        Assert.Null(_atTheBeginning);
        Assert.Equal((1, Blob), (statistics.Blobs, statistics.Bytes));
    }

    [Fact]
    public void Scan_BlobThatVanishedWhileItWasListedAndIsPutAgain_IsNotDamaged()
    {
        // Of one directory, so that both names have been read when the first is looked at.
        byte[][] pair = BytesWithTheSameFirstByte();
        Dictionary<Digest, byte[]> blobs = pair.ToDictionary(bytes => StoreFixture.DigestOf(bytes));
        foreach ((Digest digest, byte[] bytes) in blobs)
        {
            _other.Put(digest, bytes);
        }

        Digest other = default;
        _afterTheFirst = first =>
        {
            other = blobs.Keys.Single(digest => digest != first.Digest);
            File.Delete(_fixture.FileOf(other));
        };
        _atTheEnd = () => _fixture.Store.Put(other, blobs[other]);

        BlobStoreStatistics statistics = _fixture.Store.Scan();

        Assert.Null(_atTheEnd);
        Assert.Equal(0, statistics.Damaged);
        Assert.True(_fixture.Store.Verify(other));
        Assert.Equal(2 * Blob, _fixture.Store.Scan().Bytes);
    }

    private static byte[][] BytesWithTheSameFirstByte() => Enumerable.Range(0, 257)
        .Select(seed => StoreFixture.Bytes(seed, Blob))
        .GroupBy(bytes => StoreFixture.DigestOf(bytes).Hash[0])
        .First(group => group.Count() > 1)
        .Take(2)
        .ToArray();

    private Digest Fill(int seed, int length)
    {
        byte[] bytes = StoreFixture.Bytes(seed, length);
        Digest digest = StoreFixture.DigestOf(bytes);
        _other.Put(digest, bytes);
        return digest;
    }

    // Each comes in once.
    private IEnumerable<StoredBlob> List(string path)
    {
        Interlocked.Exchange(ref _atTheBeginning, null)?.Invoke();
        foreach (StoredBlob blob in StoredBlob.List(path))
        {
            yield return blob;
            Interlocked.Exchange(ref _afterTheFirst, null)?.Invoke(blob);
        }

        Interlocked.Exchange(ref _atTheEnd, null)?.Invoke();
    }
}
