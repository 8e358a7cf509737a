using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Tests.Remote;

public sealed class CasConnectionTests : SessionFixture
{
    [Fact]
    public async Task Capabilities_Asked_AreRememberedAndFiltered()
    {
        Cas.Capabilities.DigestFunctions.Add(Protos.DigestFunction.Types.Value.Blake3);
        Cas.Capabilities.DigestFunctions.Add(Protos.DigestFunction.Types.Value.Sha512);
        CasConnection connection = Open().Connection!;
        CasCapabilities capabilities = await connection.GetCapabilitiesAsync();
        Assert.Same(capabilities, await connection.GetCapabilitiesAsync());
        Assert.Equal([DigestFunction.Sha256, DigestFunction.Sha512], capabilities.DigestFunctions);
        Assert.Contains("BLAKE3", capabilities.AnnouncedDigestFunctions);
        Assert.Equal(("2.0.0", "2.3.0"), (capabilities.LowApiVersion, capabilities.HighApiVersion));
    }

    [Fact]
    public async Task Capabilities_ServerAwayAtFirst_AreAskedAgain()
    {
        int calls = 0;
        Cas.Before = (_, _) => Interlocked.Increment(ref calls) < 4 ? throw new RpcException(StatusCode.Unavailable, "starting") : Task.CompletedTask;
        Assert.True((await Open().Connection!.GetCapabilitiesAsync()).IsAnnounced);
    }

    [Fact]
    public async Task FindMissing_MoreThanOneCallHolds_IsSplit()
    {
        Cas.Capabilities.MaxBatchTotalSizeBytes = 8192;
        Digest[] digests = [.. Enumerable.Range(0, 500).Select(i => DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(10, i)))];
        Cas.Add(RandomBytes(10, 3));
        IReadOnlyList<Digest> missing = await Open().Connection!.FindMissingAsync(digests);
        Assert.Equal(digests.Where((_, i) => i != 3), missing);
        Assert.InRange(Cas.CallsOf("FindMissingBlobs"), 8, 20);
    }

    [Fact]
    public async Task Store_MoreThanOneBatchHolds_StaysBelowTheServersLimit()
    {
        Cas.Capabilities.MaxBatchTotalSizeBytes = 8192;
        CasSession session = Open();
        BlobUpload[] blobs = [.. Enumerable.Range(0, 100).Select(i => Upload(RandomBytes(i * 30, i)))];
        await session.Sink.StoreAsync(blobs, default);
        Assert.All(blobs, blob => Assert.Equal(blob.Contents.ToArray(), Cas.Blobs[blob.Digest]));
        Assert.InRange(Cas.CallsOf("BatchUpdateBlobs"), 18, 40);
        Assert.Equal(100, session.Statistics.Snapshot().BlobsUploaded);
    }

    [Fact]
    public async Task Store_NoBatchUpdate_FallsBackToStreams()
    {
        Cas.Lacks.Add("BatchUpdateBlobs");
        BlobUpload[] blobs = [Upload(RandomBytes(10)), Upload(RandomBytes(20))];
        await Open().Sink.StoreAsync(blobs, default);
        Assert.All(blobs, blob => Assert.True(Cas.Blobs.ContainsKey(blob.Digest)));
    }

    [Fact]
    public async Task Store_StreamBreaks_ResumesWhereTheServerStopped()
    {
        byte[] bytes = RandomBytes(3_000_000);
        int breaks = 0;
        Cas.AfterChunk = (stored, _) => stored >= 1_000_000 && Interlocked.Increment(ref breaks) == 1
            ? throw new RpcException(StatusCode.Unavailable, "broken in the middle")
            : Task.CompletedTask;
        BlobUpload blob = Streamed(bytes);
        await Open().Sink.StoreAsync([blob], default);
        Assert.Equal(bytes, Cas.Blobs[blob.Digest]);
        Assert.Equal((2, 1), (Cas.CallsOf("Write"), Cas.CallsOf("QueryWriteStatus")));
    }

    [Fact]
    public async Task Store_BlobExists_TakesTheEarlyAnswer()
    {
        byte[] bytes = RandomBytes(30_000_000);
        Cas.Add(bytes);
        await Open().Sink.StoreAsync([Streamed(bytes)], default).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, Cas.CallsOf("Write"));
    }

    [Fact]
    public async Task Store_WrongDigest_IsRefusedWithItsName()
    {
        Digest wrong = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(10, 2));
        CasException exception = await FailsAsync(
            CasErrorKind.Corrupt, () => Open().Sink.StoreAsync([new BlobUpload(wrong, RandomBytes(10, 1))], default));
        Assert.Contains(wrong.ToString(), exception.Message);
    }

    [Theory]
    [InlineData("", "blobs/{0}")]
    [InlineData("main", "main/blobs/{0}")]
    [InlineData("a/b", "a/b/blobs/{0}")]
    public async Task Read_Instance_StandsBeforeTheResource(string instance, string expected)
    {
        Digest digest = Cas.Add(RandomBytes(200_000));
        CasSession session = Open(options => options with { Instance = instance });
        (await session.Blobs.OpenAsync(digest, default)).Dispose();
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, digest), Assert.Single(Cas.Reads).ResourceName);
    }

    [Fact]
    public async Task Calls_Headers_AreSent()
    {
        string? seen = null;
        Cas.Before = (_, context) =>
        {
            seen = context.RequestHeaders.GetValue("authorization");
            return Task.CompletedTask;
        };
        await Open(options => options with { Headers = [new("Authorization", "Bearer token")] }).Connection!.GetCapabilitiesAsync();
        Assert.Equal("Bearer token", seen);
    }

    [Fact]
    public void Hasher_UnknownFunction_IsUnsupported()
    {
        CasException exception = Assert.Throws<CasException>(() => DigestHasher.Compute((DigestFunction)9, []));
        Assert.Equal(CasErrorKind.Unsupported, exception.Kind);
    }

    [Theory]
    [InlineData(DigestFunction.Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(DigestFunction.Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData(DigestFunction.Md5, "900150983cd24fb0d6963f7d28e17f72")]
    public void Hasher_Abc_HashesInPiecesAsAtOnce(DigestFunction function, string expected)
    {
        using var hasher = new DigestHasher(function);
        hasher.Append("a"u8);
        hasher.Append("bc"u8);
        Assert.Equal(DigestHasher.Compute(function, "abc"u8), hasher.Finish());
        Assert.Equal(expected + "/3", DigestHasher.Compute(function, "abc"u8).ToString());
    }

    private static BlobUpload Upload(byte[] bytes) => new(DigestHasher.Compute(DigestFunction.Sha256, bytes), bytes);

    private static BlobUpload Streamed(byte[] bytes) =>
        new(DigestHasher.Compute(DigestFunction.Sha256, bytes), () => new MemoryStream(bytes));
}
