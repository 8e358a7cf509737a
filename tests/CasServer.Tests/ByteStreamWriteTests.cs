using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests;

public sealed class ByteStreamWriteTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(1000, 7, false)]
    [InlineData(3_000_000, 262_144, false)]
    [InlineData(1000, 7, true)]
    [InlineData(3_000_000, 262_144, true)]
    public async Task Write_Blob_IsStoredAndVerified(int size, int piece, bool zstd)
    {
        byte[] bytes = ServerFixture.Bytes(size + (zstd ? 1 : 0), size);
        Digest digest = ServerFixture.DigestOf(bytes);
        byte[] sent = zstd ? ZstdLibrary.Compress(bytes) : bytes;
        long committed = await fixture.WriteAsync("an/instance/" + ServerFixture.Upload(digest, zstd) + "/a/name", sent, piece);

        Assert.Equal(sent.Length, committed);
        Assert.True(fixture.Store.Verify(digest));
        Assert.Equal(bytes, await fixture.ReadAsync($"blobs/{digest}"));
    }

    [Theory]
    [InlineData(false, 100_000)]
    [InlineData(true, -1)]
    public async Task Write_BlobThatIsHere_IsAnsweredEarly(bool zstd, long committed)
    {
        byte[] bytes = ServerFixture.Bytes(31, 100_000);
        Digest digest = fixture.Put(bytes);

        Assert.Equal(committed, await fixture.WriteAsync(ServerFixture.Upload(digest, zstd), bytes, 100, finish: false));
    }

    [Fact]
    public async Task Write_EmptyBlob_NeedsNoBytes() =>
        Assert.Equal(0, await fixture.WriteAsync(ServerFixture.Upload(ServerFixture.DigestOf([])), []));

    [Fact]
    public async Task Write_WrongBytes_IsInvalidArgumentAndNamesTheDigest()
    {
        byte[] bytes = ServerFixture.Bytes(41, 10_000);
        Digest digest = ServerFixture.DigestOf(bytes);
        byte[] wrong = [.. bytes];
        wrong[5000] ^= 1;
        byte[][] attempts = [wrong, bytes[..^1], [.. bytes, 0], []];
        foreach (byte[] attempt in attempts)
        {
            RpcException exception = await ServerFixture.FailsAsync(
                StatusCode.InvalidArgument, () => fixture.WriteAsync(ServerFixture.Upload(digest), attempt, 1000));
            Assert.Contains(digest.ToString(), exception.Message, StringComparison.Ordinal);
        }

        Assert.False(fixture.Store.Contains(digest));
    }

    [Fact]
    public async Task Write_WrongZstd_IsInvalidArgumentAndNamesTheDigest()
    {
        byte[] bytes = ServerFixture.Bytes(42, 10_000);
        Digest digest = ServerFixture.DigestOf(bytes);
        byte[] compressed = ZstdLibrary.Compress(bytes);
        byte[][] attempts = [compressed[..^1], [.. compressed, 1, 2, 3, 4, 5], bytes, ZstdLibrary.Compress(new byte[1 << 26]), ZstdLibrary.Compress(bytes.AsSpan(0, bytes.Length - 1))];
        foreach (byte[] attempt in attempts)
        {
            RpcException exception = await ServerFixture.FailsAsync(
                StatusCode.InvalidArgument, () => fixture.WriteAsync(ServerFixture.Upload(digest, zstd: true), attempt, 1000));
            Assert.Contains(digest.ToString(), exception.Message, StringComparison.Ordinal);
        }

        Assert.False(fixture.Store.Contains(digest));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_BrokenOff_IsResumedAtItsOffset(bool zstd)
    {
        byte[] bytes = ServerFixture.Bytes(zstd ? 52 : 51, 500_000);
        Digest digest = ServerFixture.DigestOf(bytes);
        byte[] sent = zstd ? ZstdLibrary.Compress(bytes) : bytes;
        int half = sent.Length / 2;
        string resource = ServerFixture.Upload(digest, zstd);

        Assert.Equal(half, await fixture.WriteAsync(resource, sent[..half], 1000, finish: false));
        Protos.QueryWriteStatusResponse status = await fixture.CallAsync(CasMethods.QueryWriteStatus, new() { ResourceName = resource });
        Assert.Equal((half, false), (status.CommittedSize, status.Complete));
        await ServerFixture.FailsAsync(StatusCode.OutOfRange, () => fixture.WriteAsync(resource, sent[(half + 1)..], 1000, half + 1));
        Assert.Equal(sent.Length, await fixture.WriteAsync(resource, sent[half..], 1000, half));

        status = await fixture.CallAsync(CasMethods.QueryWriteStatus, new() { ResourceName = resource });
        Assert.True(status.Complete);
        Assert.True(fixture.Store.Verify(digest));
    }

    [Fact]
    public async Task Write_CancelledThenFromZero_BeginsAnew()
    {
        byte[] bytes = ServerFixture.Bytes(53, 100_000);
        Digest digest = ServerFixture.DigestOf(bytes);
        string resource = ServerFixture.Upload(digest);
        using (AsyncClientStreamingCall<Protos.WriteRequest, Protos.WriteResponse> call = fixture.Channel.AsyncClientStreamingCall(CasMethods.Write))
        {
            await call.RequestStream.WriteAsync(new() { ResourceName = resource, Data = ByteString.CopyFrom(7, 7, 7) });
            await CommittedAsync(resource, 3);
        }

        // The server may learn of the cancellation a moment later; until then it answers ABORTED, "retry".
        long committed = await Wait.ForAsync(
            async () =>
            {
                try
                {
                    return await fixture.WriteAsync(resource, bytes);
                }
                catch (RpcException exception) when (exception.StatusCode == StatusCode.Aborted)
                {
                    return -1;
                }
            },
            static committed => committed >= 0,
            static _ => "an upload after a cancelled one is taken");
        Assert.Equal(bytes.Length, committed);
        Assert.True(fixture.Store.Verify(digest));
    }

    [Fact]
    public async Task Write_TheSameUploadTwiceAtOnce_TheSecondIsAborted()
    {
        Digest digest = ServerFixture.DigestOf(ServerFixture.Bytes(54, 1000));
        string resource = ServerFixture.Upload(digest);
        using AsyncClientStreamingCall<Protos.WriteRequest, Protos.WriteResponse> call = fixture.Channel.AsyncClientStreamingCall(CasMethods.Write);
        await call.RequestStream.WriteAsync(new() { ResourceName = resource, Data = ByteString.CopyFrom(1) });
        await CommittedAsync(resource, 1);

        await ServerFixture.FailsAsync(StatusCode.Aborted, () => fixture.WriteAsync(resource, [1, 2], offset: 0, finish: false));
    }

    [Fact]
    public async Task Write_SixteenWritersOfOneBlob_AllSucceed()
    {
        byte[] bytes = ServerFixture.Bytes(55, 800_000);
        Digest digest = ServerFixture.DigestOf(bytes);
        long[] committed = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => fixture.WriteAsync(ServerFixture.Upload(digest), bytes)));

        Assert.All(committed, size => Assert.Equal(bytes.Length, size));
        Assert.True(fixture.Store.Verify(digest));
    }

    [Fact]
    public async Task Write_OffsetsOrNamesThatDoNotFollow_AreInvalidArgument()
    {
        Digest digest = ServerFixture.DigestOf(ServerFixture.Bytes(56, 1000));
        string resource = ServerFixture.Upload(digest);
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => SendAsync(
            new() { ResourceName = resource, Data = ByteString.CopyFrom(1, 2) }, new() { WriteOffset = 1, Data = ByteString.CopyFrom(2) }));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => SendAsync(
            new() { ResourceName = resource, Data = ByteString.CopyFrom(1) }, new() { ResourceName = resource + "/x", WriteOffset = 1 }));
        await ServerFixture.FailsAsync(StatusCode.OutOfRange, () => SendAsync(new Protos.WriteRequest { ResourceName = resource, WriteOffset = 5 }));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => SendAsync());
    }

    [Theory]
    [InlineData("blobs/{0}/3")]
    [InlineData("uploads/blobs/{0}/3")]
    [InlineData("uploads//blobs/{0}/3")]
    [InlineData("uploads/1/blobs/{0}")]
    [InlineData("uploads/1/compressed-blobs/brotli/{0}/3")]
    [InlineData("uploads/1/2/blobs/{0}/3")]
    [InlineData("uploads/1")]
    [InlineData("")]
    public async Task Write_MalformedName_IsInvalidArgument(string pattern)
    {
        string name = pattern.Replace("{0}", ServerFixture.DigestOf([1, 2, 3]).HashHex, StringComparison.Ordinal);
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.WriteAsync(name, [1, 2, 3]));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.CallAsync(CasMethods.QueryWriteStatus, new() { ResourceName = name }));
    }

    [Fact]
    public async Task Write_LargerThanTheLimit_IsResourceExhausted()
    {
        ServerFixture small = new(static options => options with { MaxBlobBytes = 1000 });
        await small.InitializeAsync();
        byte[] bytes = ServerFixture.Bytes(57, 1001);
        RpcException exception = await ServerFixture.FailsAsync(
            StatusCode.ResourceExhausted, () => small.WriteAsync(ServerFixture.Upload(ServerFixture.DigestOf(bytes)), bytes));
        Assert.Contains("1000 bytes", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1000, await small.WriteAsync(ServerFixture.Upload(ServerFixture.DigestOf(bytes.AsSpan(0, 1000))), bytes[..1000]));
        await small.DisposeAsync();
    }

    [Fact]
    public async Task Write_AbandonedUploads_AreSweptAfterTheirTime()
    {
        ServerFixture server = new(static options => options with { UploadIdleTimeout = TimeSpan.FromSeconds(4) });
        await server.InitializeAsync();
        Digest digest = ServerFixture.DigestOf(ServerFixture.Bytes(58, 1000));
        await server.WriteAsync(ServerFixture.Upload(digest), [1, 2, 3], finish: false);

        Assert.Single(Directory.GetFiles(Path.Join(server.Root, "staging"), "*", SearchOption.AllDirectories));
        await Wait.UntilAsync(() => server.Host.IdleUploads == 0, "no upload is idle");
        Assert.Empty(Directory.GetFiles(Path.Join(server.Root, "staging"), "*", SearchOption.AllDirectories));
        await server.DisposeAsync();
    }

    private async Task<long> SendAsync(params Protos.WriteRequest[] requests)
    {
        using AsyncClientStreamingCall<Protos.WriteRequest, Protos.WriteResponse> call = fixture.Channel.AsyncClientStreamingCall(CasMethods.Write);
        foreach (Protos.WriteRequest request in requests)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        return (await call.ResponseAsync).CommittedSize;
    }

    private Task<long> CommittedAsync(string resource, long bytes) => Wait.ForAsync(
        async () => (await fixture.CallAsync(CasMethods.QueryWriteStatus, new() { ResourceName = resource })).CommittedSize,
        committed => committed == bytes,
        committed => $"{committed} bytes are committed, not {bytes}");
}
