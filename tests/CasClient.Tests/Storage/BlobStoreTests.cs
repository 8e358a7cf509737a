using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Tests.Storage;

public sealed class BlobStoreTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    private BlobStore Store => _fixture.Store;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(300_000)]
    public void Put_Blob_IsReadBack(int length)
    {
        Digest digest = _fixture.Put(length, length);

        Assert.True(Store.Contains(digest));
        Assert.True(Store.TryOpen(digest, out BlobLease? lease));
        using (lease)
        {
            Assert.Equal(StoreFixture.Bytes(length, length), StoreFixture.Read(lease));
        }

        Assert.Empty(_fixture.Staged());
        Assert.Equal(0, (int)File.GetUnixFileMode(_fixture.FileOf(digest)) & 0x92 /* 0222 */);
    }

    [Theory]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b")]
    [InlineData("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e")]
    public void TryOpen_EmptyBlobOfAnyFunction_AlwaysExists(string hash)
    {
        Assert.True(Digest.TryCreate(hash, 0, out Digest digest));

        Assert.True(Store.Contains(digest));
        Assert.True(Store.TryOpen(digest, out BlobLease? lease));
        using (lease)
        {
            Assert.Equal(0, RandomAccess.GetLength(lease.Handle));
        }
    }

    [Fact]
    public void TryOpen_SizeZeroWithAnotherHash_IsAbsent()
    {
        Digest digest = new(DigestFunction.Sha256, new byte[32], 0);

        Assert.False(Store.Contains(digest));
        Assert.False(Store.TryOpen(digest, out _));
    }

    [Fact]
    public void Put_BytesThatDoNotMatch_NamesDigestAndStoresNothing()
    {
        Digest digest = StoreFixture.DigestOf(StoreFixture.Bytes(1, 100));

        CasException wrongBytes = Assert.Throws<CasException>(() => Store.Put(digest, StoreFixture.Bytes(2, 100)));
        CasException wrongSize = Assert.Throws<CasException>(() => Store.Put(digest, StoreFixture.Bytes(1, 99)));

        Assert.Equal(CasErrorKind.Corrupt, wrongBytes.Kind);
        Assert.Equal(CasErrorKind.Corrupt, wrongSize.Kind);
        Assert.Contains(digest.ToString(), wrongBytes.Message, StringComparison.Ordinal);
        Assert.False(Store.Contains(digest));
        Assert.Empty(_fixture.Staged());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    public void TryOpen_BlobTruncatedOnDisk_IsDroppedAndAbsent(int length)
    {
        Digest digest = _fixture.Put(1, 1000);
        Truncate(digest, length);

        Assert.False(Store.TryOpen(digest, out _));
        Assert.False(File.Exists(_fixture.FileOf(digest)));
        Assert.Equal(1, Store.Statistics.Damaged);
    }

    [Fact]
    public void Contains_BlobGrownOnDisk_IsDroppedAndAbsent()
    {
        Digest digest = _fixture.Put(1, 1000);
        Truncate(digest, 1001);

        Assert.False(Store.Contains(digest));
        Assert.False(File.Exists(_fixture.FileOf(digest)));
    }

    [Fact]
    public void Verify_OneBitFlippedOnDisk_IsDropped()
    {
        Digest good = _fixture.Put(1, 200_000);
        Digest bad = _fixture.Put(2, 200_000);
        byte[] bytes = File.ReadAllBytes(_fixture.FileOf(bad));
        bytes[150_000] ^= 1;
        File.SetUnixFileMode(_fixture.FileOf(bad), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(_fixture.FileOf(bad), bytes);

        Assert.True(Store.Verify(good));
        Assert.False(Store.Verify(bad));
        Assert.False(Store.Contains(bad));
        Assert.True(Store.Contains(good));
    }

    [Fact]
    public void Remove_LeasedBlob_LeaseStaysGood()
    {
        Digest digest = _fixture.Put(1, 5000);
        Assert.True(Store.TryOpen(digest, out BlobLease? lease));

        Assert.True(Store.Remove(digest));
        Assert.False(Store.Remove(digest));
        Assert.False(Store.Contains(digest));
        using (lease)
        {
            Assert.Equal(StoreFixture.Bytes(1, 5000), StoreFixture.Read(lease));
        }
    }

    [Fact]
    public void Open_WrongOptions_NamesEveryFault()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => BlobStore.Open(new BlobStoreOptions
        {
            Directory = "",
            MaxBytes = 1,
            LowWaterFraction = double.NaN,
            TouchGranularity = TimeSpan.FromSeconds(-1),
        }));

        Assert.Equal(4, exception.Message.Split('\n').Length);
    }

    [Fact]
    public void Open_DirectoryIsAFile_SaysSo()
    {
        string path = Path.GetTempFileName();
        try
        {
            CasException exception = Assert.Throws<CasException>(() => BlobStore.Open(new BlobStoreOptions { Directory = path }));
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TryOpen_AfterDispose_Throws()
    {
        Digest digest = _fixture.Put(1, 10);
        Store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Store.TryOpen(digest, out _));
        Assert.Throws<ObjectDisposedException>(() => Store.BeginWrite(digest));
    }

    private void Truncate(Digest digest, long length)
    {
        string path = _fixture.FileOf(digest);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }
}
