using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests;

public sealed class BatchTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly Protos.Compressor.Types.Value s_zstd = Protos.Compressor.Types.Value.Zstd;

    [Fact]
    public async Task FindMissingBlobs_SomeAreHere_NamesTheOthersOnce()
    {
        Digest here = fixture.Put(ServerFixture.Bytes(1, 100));
        Digest missing = ServerFixture.DigestOf([1, 2, 3, 4]);
        Digest empty = ServerFixture.DigestOf([]);
        Protos.FindMissingBlobsRequest request = new();
        request.BlobDigests.AddRange(new[] { here, missing, empty, missing }.Select(digest => digest.ToMessage()));
        Protos.FindMissingBlobsResponse response = await fixture.CallAsync(CasMethods.FindMissingBlobs, request);

        Assert.Equal([missing.ToMessage()], response.MissingBlobDigests);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", 0)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", -1)]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passwd", 1)]
    public async Task FindMissingBlobs_MalformedDigest_IsInvalidArgument(string hash, long size)
    {
        Protos.FindMissingBlobsRequest request = new();
        request.BlobDigests.Add(new Protos.Digest { Hash = hash, SizeBytes = size });
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.CallAsync(CasMethods.FindMissingBlobs, request));
    }

    [Fact]
    public async Task FindMissingBlobs_OtherFunctionThanStated_IsInvalidArgument()
    {
        Protos.FindMissingBlobsRequest request = new() { DigestFunction = Protos.DigestFunction.Types.Value.Sha1 };
        request.BlobDigests.Add(ServerFixture.DigestOf([]).ToMessage());
        RpcException exception = await ServerFixture.FailsAsync(
            StatusCode.InvalidArgument, () => fixture.CallAsync(CasMethods.FindMissingBlobs, request));
        Assert.Contains("Sha1", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DigestFunction.Sha256)]
    [InlineData(DigestFunction.Sha1)]
    [InlineData(DigestFunction.Md5)]
    [InlineData(DigestFunction.Sha384)]
    [InlineData(DigestFunction.Sha512)]
    public async Task Batches_EveryFunction_RoundTrip(DigestFunction function)
    {
        byte[] bytes = ServerFixture.Bytes(7, 1000);
        Protos.Digest digest = DigestHasher.Compute(function, bytes).ToMessage();
        Protos.BatchUpdateBlobsRequest update = new() { DigestFunction = function.ToMessage() };
        update.Requests.Add(new Protos.BatchUpdateBlobsRequest.Types.Request { Digest = digest, Data = ByteString.CopyFrom(bytes) });
        Protos.BatchUpdateBlobsResponse updated = await fixture.CallAsync(CasMethods.BatchUpdateBlobs, update);
        Protos.BatchReadBlobsRequest read = new() { DigestFunction = function.ToMessage(), Digests = { digest } };
        Protos.BatchReadBlobsResponse response = await fixture.CallAsync(CasMethods.BatchReadBlobs, read);

        Assert.Equal(0, Assert.Single(updated.Responses).Status.Code);
        Assert.Equal(bytes, Assert.Single(response.Responses).Data.ToByteArray());
    }

    [Fact]
    public async Task BatchUpdateBlobs_GoodAndBadTogether_EachHasItsOwnStatus()
    {
        byte[] good = ServerFixture.Bytes(11, 3000);
        byte[] compressed = ServerFixture.Bytes(12, 3000);
        byte[] never = ServerFixture.Bytes(13, 3000);
        Digest neverDigest = ServerFixture.DigestOf(never);
        Protos.BatchUpdateBlobsRequest request = new();
        Add(request, ServerFixture.DigestOf(good).ToMessage(), good);
        Add(request, ServerFixture.DigestOf(compressed).ToMessage(), ZstdLibrary.Compress(compressed), s_zstd);
        Add(request, neverDigest.ToMessage(), ServerFixture.Bytes(14, 3000));
        Add(request, neverDigest.ToMessage(), never[..2999]);
        Add(request, neverDigest.ToMessage(), ZstdLibrary.Compress(never)[..^1], s_zstd);
        Add(request, neverDigest.ToMessage(), ZstdLibrary.Compress(new byte[1 << 20]), s_zstd);
        Add(request, neverDigest.ToMessage(), never, Protos.Compressor.Types.Value.Brotli);
        Add(request, new Protos.Digest { Hash = "x", SizeBytes = 1 }, [1]);
        Add(request, new Protos.Digest { Hash = neverDigest.HashHex, SizeBytes = 1L << 60 }, ZstdLibrary.Compress(never), s_zstd);
        Protos.BatchUpdateBlobsResponse response = await fixture.CallAsync(CasMethods.BatchUpdateBlobs, request);

        const int Invalid = (int)StatusCode.InvalidArgument;
        Assert.Equal(
            [0, 0, Invalid, Invalid, Invalid, Invalid, Invalid, Invalid, (int)StatusCode.ResourceExhausted],
            response.Responses.Select(answer => answer.Status.Code));
        Assert.Contains(neverDigest.ToString(), response.Responses[2].Status.Message, StringComparison.Ordinal);
        Assert.False(fixture.Store.Contains(neverDigest));
        Assert.True(fixture.Store.Verify(ServerFixture.DigestOf(compressed)));
    }

    [Fact]
    public async Task BatchReadBlobs_HereMissingAndMalformed_EachHasItsOwnStatus()
    {
        byte[] bytes = ServerFixture.Bytes(21, 5000);
        Digest here = fixture.Put(bytes);
        Digest missing = ServerFixture.DigestOf([9, 9, 9]);
        Protos.BatchReadBlobsRequest request = new()
        {
            Digests = { here.ToMessage(), missing.ToMessage(), new Protos.Digest { Hash = "zz", SizeBytes = 1 }, ServerFixture.DigestOf([]).ToMessage() },
        };
        Protos.BatchReadBlobsResponse response = await fixture.CallAsync(CasMethods.BatchReadBlobs, request);

        Assert.Equal([0, 5, 3, 0], response.Responses.Select(answer => answer.Status.Code));
        Assert.Equal(request.Digests, response.Responses.Select(answer => answer.Digest));
        Assert.Equal(bytes, response.Responses[0].Data.ToByteArray());
        Assert.Equal(Protos.Compressor.Types.Value.Identity, response.Responses[0].Compressor);
        Assert.Contains(missing.ToString(), response.Responses[1].Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BatchReadBlobs_ZstdAcceptable_CompressesWhatGetsSmaller()
    {
        byte[] large = new byte[50_000];
        Digest compressible = fixture.Put(large);
        Digest small = fixture.Put([1, 2, 3]);
        Protos.BatchReadBlobsRequest request = new()
        {
            Digests = { compressible.ToMessage(), small.ToMessage() },
            AcceptableCompressors = { s_zstd },
        };
        Protos.BatchReadBlobsResponse response = await fixture.CallAsync(CasMethods.BatchReadBlobs, request);
        byte[] decompressed = new byte[large.Length];
        ZstdLibrary.Decompress(response.Responses[0].Data.Span, decompressed);

        Assert.Equal([s_zstd, Protos.Compressor.Types.Value.Identity], response.Responses.Select(answer => answer.Compressor));
        Assert.Equal(large, decompressed);
    }

    [Fact]
    public async Task Batches_LargerThanAnnounced_AreInvalidArgument()
    {
        Digest large = ServerFixture.DigestOf(new byte[3 << 20]);
        Protos.BatchReadBlobsRequest read = new() { Digests = { large.ToMessage(), large.ToMessage() } };
        Protos.BatchReadBlobsRequest huge = new()
        {
            Digests = { new Protos.Digest { Hash = large.HashHex, SizeBytes = long.MaxValue }, new Protos.Digest { Hash = large.HashHex, SizeBytes = long.MaxValue } },
        };
        Protos.BatchUpdateBlobsRequest update = new();
        Add(update, large.ToMessage(), new byte[3 << 20]);
        Add(update, large.ToMessage(), new byte[3 << 20]);

        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.CallAsync(CasMethods.BatchReadBlobs, read));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.CallAsync(CasMethods.BatchReadBlobs, huge));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.CallAsync(CasMethods.BatchUpdateBlobs, update));
    }

    private static void Add(
        Protos.BatchUpdateBlobsRequest request,
        Protos.Digest digest,
        byte[] data,
        Protos.Compressor.Types.Value compressor = Protos.Compressor.Types.Value.Identity) =>
        request.Requests.Add(new Protos.BatchUpdateBlobsRequest.Types.Request
        {
            Digest = digest,
            Data = ByteString.CopyFrom(data),
            Compressor = compressor,
        });
}
