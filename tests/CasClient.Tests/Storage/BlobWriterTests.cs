using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Tests.Storage;

public sealed class BlobWriterTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    private BlobStore Store => _fixture.Store;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Commit_BlobInPieces_IsVisibleOnlyAfterwards()
    {
        byte[] bytes = StoreFixture.Bytes(1, 100_000);
        Digest digest = StoreFixture.DigestOf(bytes);
        using BlobWriter writer = Store.BeginWrite(digest);
        writer.Write(bytes.AsSpan(0, 1));
        await writer.WriteAsync(bytes.AsMemory(1));

        Assert.Equal(bytes.Length, writer.Position);
        Assert.False(Store.Contains(digest));
        await writer.CommitAsync();
        Assert.True(Store.Verify(digest));
    }

    [Fact]
    public void CommitAndOpen_ThenRemoved_LeaseReadsTheBlob()
    {
        byte[] bytes = StoreFixture.Bytes(1, 10_000);
        Digest digest = StoreFixture.DigestOf(bytes);
        using BlobWriter writer = Store.BeginWrite(digest);
        writer.Write(bytes);
        using BlobLease lease = writer.CommitAndOpen();
        Store.Remove(digest);

        Assert.Equal(bytes, StoreFixture.Read(lease));
    }

    [Fact]
    public async Task Commit_EveryTruncation_IsCorruptAndLeavesNothing()
    {
        byte[] bytes = StoreFixture.Bytes(1, 40);
        Digest digest = StoreFixture.DigestOf(bytes);
        for (int length = 0; length < bytes.Length; length++)
        {
            using BlobWriter writer = Store.BeginWrite(digest);
            writer.Write(bytes.AsSpan(0, length));
            Assert.Equal(CasErrorKind.Corrupt, (await Assert.ThrowsAsync<CasException>(writer.CommitAsync)).Kind);
        }

        Assert.False(Store.Contains(digest));
        Assert.Empty(_fixture.Staged());
    }

    [Fact]
    public void Write_MoreThanTheDigestStates_IsRefusedBeforeItIsWritten()
    {
        Digest digest = StoreFixture.DigestOf(StoreFixture.Bytes(1, 40));
        using BlobWriter writer = Store.BeginWrite(digest);
        writer.Write(StoreFixture.Bytes(1, 40));

        CasException exception = Assert.Throws<CasException>(() => writer.Write([1]));

        Assert.Equal(CasErrorKind.Corrupt, exception.Kind);
        Assert.Equal(40, new FileInfo(Assert.Single(_fixture.Staged())).Length);
    }

    [Fact]
    public async Task Restart_AfterWrongBytes_TakesTheRightOnes()
    {
        byte[] bytes = StoreFixture.Bytes(1, 5000);
        Digest digest = StoreFixture.DigestOf(bytes);
        using BlobWriter writer = Store.BeginWrite(digest);
        writer.Write(StoreFixture.Bytes(2, 4000));
        writer.Restart();
        Assert.Equal(0, writer.Position);
        writer.Write(StoreFixture.Bytes(3, 5000));
        await Assert.ThrowsAsync<CasException>(writer.CommitAsync);
        writer.Write(bytes);
        await writer.CommitAsync();

        Assert.True(Store.Verify(digest));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        Digest digest = StoreFixture.DigestOf(StoreFixture.Bytes(1, 40));
        using (BlobWriter writer = Store.BeginWrite(digest))
        {
            writer.Write([1, 2, 3]);
            Assert.Single(_fixture.Staged());
        }

        Assert.Empty(_fixture.Staged());
        Assert.False(Store.Contains(digest));
    }

    [Fact]
    public void Dispose_AfterTheStore_DoesNotThrow()
    {
        Digest digest = StoreFixture.DigestOf([1, 2]);
        BlobWriter writer = Store.BeginWrite(digest);
        writer.Write([1]);
        Store.Dispose();

        writer.Dispose();
        Assert.Empty(_fixture.Staged());
    }

    [Fact]
    public async Task Commit_SixteenWritersOfOneBlob_OneFileAndOneCount()
    {
        byte[] bytes = StoreFixture.Bytes(1, 200_000);
        Digest digest = StoreFixture.DigestOf(bytes);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            using BlobWriter writer = Store.BeginWrite(digest);
            writer.Write(bytes);
            await writer.CommitAsync();
        })));

        Assert.True(Store.Verify(digest));
        Assert.Equal(1, Store.Scan().Blobs);
        Assert.Empty(_fixture.Staged());
    }
}
