using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.CasServer;
using VirtualRoot.Grpc;
using Zstd = VirtualRoot.CasClient.Protos.Compressor.Types.Value;

namespace VirtualRoot.CasClient.Tests.Remote;

public sealed class CompressedUploadTests : SessionFixture
{
    [Fact]
    public async Task Store_SmallBlobs_TravelCompressedWhereThatSaves()
    {
        Announce();
        BlobUpload[] blobs = [Upload(new byte[100_000]), Upload(RandomBytes(100_000)), Upload(new byte[1023])];
        await Compressing().Sink.StoreAsync(blobs, default);
        Assert.All(blobs, blob => Assert.Equal(blob.Contents.ToArray(), Cas.Blobs[blob.Digest]));
        Assert.Equal([Zstd.Zstd, Zstd.Identity, Zstd.Identity], Cas.UpdateCompressors);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(128 * 1024)]
    [InlineData((128 * 1024) + 1)]
    [InlineData(256 * 1024)]
    [InlineData(5_000_000)]
    public async Task Store_Stream_ArrivesCompressedAndWhole(int length)
    {
        Announce();
        byte[] half = RandomBytes(length);
        half.AsSpan(length / 2).Clear();
        CasSession session = Compressing();
        foreach (byte[] bytes in new[] { new byte[length], RandomBytes(length, 2), half })
        {
            BlobUpload blob = Streamed(bytes);
            await session.Sink.StoreAsync([blob], default);
            Assert.Equal(bytes, Cas.Blobs[blob.Digest]);
        }

        Assert.Equal(3, Cas.Writes.Count);
        Assert.All(Cas.Writes, name => Assert.Contains("/compressed-blobs/zstd/", name));
        Assert.Equal(3L * length, session.Statistics.Snapshot().BytesUploaded);
    }

    [Theory]
    [InlineData(ZstdMode.Auto, true)]
    [InlineData(ZstdMode.Off, true)]
    [InlineData(ZstdMode.On, false)]
    public async Task Store_NotAllowedOrNotAnnounced_TravelsAsItIs(ZstdMode mode, bool isAnnounced)
    {
        if (isAnnounced)
        {
            Announce();
        }

        BlobUpload[] blobs = [Upload(new byte[10_000]), Streamed(new byte[500_000])];
        await Open(options => options with { Zstd = mode }).Sink.StoreAsync(blobs, default);
        Assert.All(blobs, blob => Assert.True(Cas.Blobs.ContainsKey(blob.Digest)));
        Assert.Equal([Zstd.Identity], Cas.UpdateCompressors);
        Assert.DoesNotContain("compressed", Assert.Single(Cas.Writes));
    }

    [Fact]
    public async Task Store_OnlyStreamsAnnounced_BatchesStayUncompressed()
    {
        Cas.Capabilities.SupportedCompressors.Add(Zstd.Zstd);
        await Compressing().Sink.StoreAsync([Upload(new byte[10_000]), Streamed(new byte[500_000])], default);
        Assert.Equal([Zstd.Identity], Cas.UpdateCompressors);
        Assert.Contains("/compressed-blobs/zstd/", Assert.Single(Cas.Writes));
    }

    [Fact]
    public async Task Store_CompressedStreamBreaks_GoesOnUncompressedAndResumes()
    {
        Announce();
        byte[] bytes = RandomBytes(3_000_000);
        int breaks = 0;
        Cas.AfterChunk = (stored, _) => stored >= 1_000_000 && Interlocked.Increment(ref breaks) <= 2
            ? throw new RpcException(StatusCode.Unavailable, "broken in the middle")
            : Task.CompletedTask;
        BlobUpload blob = Streamed(bytes);
        await Compressing().Sink.StoreAsync([blob], default);
        Assert.Equal(bytes, Cas.Blobs[blob.Digest]);
        Assert.Equal([true, false, false], Cas.Writes.Select(name => name.Contains("compressed-blobs", StringComparison.Ordinal)));
        Assert.Equal(1, Cas.CallsOf("QueryWriteStatus"));
        Assert.Equal(2, Cas.Writes.Distinct().Count());
    }

    [Fact]
    public async Task Store_CompressedBlobExists_TakesTheEarlyAnswer()
    {
        Announce();
        byte[] bytes = RandomBytes(30_000_000);
        Cas.Add(bytes);
        await Compressing().Sink.StoreAsync([Streamed(bytes)], default).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, Cas.CallsOf("Write"));
    }

    [Fact]
    public async Task Store_OwnServer_TakesAndGivesBackCompressed()
    {
        await using CasServerHost server = await CasServerHost.StartAsync(new CasServerOptions
        {
            Addresses = ["grpc://127.0.0.1:0"],
            Storage = new BlobStoreOptions { Directory = Path.Join(Folder, "server") },
        });
        CasSession session = Open(options => options with { Address = server.Address, Zstd = ZstdMode.On });
        byte[] half = RandomBytes(700_000);
        half.AsSpan(350_000).Clear();
        BlobUpload[] blobs = [Upload(new byte[50_000]), Upload(RandomBytes(50_000)), Streamed(half), Streamed(new byte[2_000_000]), Streamed(RandomBytes(600_000))];
        await session.Sink.StoreAsync(blobs, default);
        foreach (BlobUpload blob in blobs)
        {
            Assert.True(server.Store.Verify(blob.Digest));
            using BlobLease lease = await session.Blobs.OpenAsync(blob.Digest, default);
            Assert.Equal(blob.Digest.SizeBytes, lease.SizeBytes);
        }

        await session.Sink.StoreAsync(blobs, default);
        Assert.Empty(await session.Sink.FindMissingAsync([.. blobs.Select(blob => blob.Digest)], default));
        Assert.Equal(10, session.Statistics.Snapshot().BlobsUploaded);
    }

    private void Announce()
    {
        Cas.Capabilities.SupportedCompressors.Add(Zstd.Zstd);
        Cas.Capabilities.SupportedBatchUpdateCompressors.Add(Zstd.Zstd);
    }

    private CasSession Compressing() => Open(options => options with { Zstd = ZstdMode.On });

    private static BlobUpload Upload(byte[] bytes) => new(DigestHasher.Compute(DigestFunction.Sha256, bytes), bytes);

    private static BlobUpload Streamed(byte[] bytes) =>
        new(DigestHasher.Compute(DigestFunction.Sha256, bytes), () => new MemoryStream(bytes));
}
