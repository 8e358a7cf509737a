using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.CasServer.Tests;

public sealed class ByteStreamReadTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Size = 700_001;

    [Theory]
    [InlineData(0, 0, Size)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, Size - 1)]
    [InlineData(Size - 1, 0, 1)]
    [InlineData(Size, 0, 0)]
    [InlineData(Size, 10, 0)]
    [InlineData(300_000, 262_145, 262_145)]
    [InlineData(5, long.MaxValue, Size - 5)]
    public async Task Read_OffsetAndLimit_GiveThatPart(int offset, long limit, int expected)
    {
        byte[] bytes = ServerFixture.Bytes(1, Size);
        Digest digest = fixture.Put(bytes);

        Assert.Equal(bytes[offset..(offset + expected)], await fixture.ReadAsync($"some/instance/blobs/{digest}", offset, limit));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(262_144)]
    [InlineData(Size - 1)]
    [InlineData(Size)]
    public async Task Read_Compressed_OffsetCountsUncompressedBytes(int offset)
    {
        byte[] bytes = ServerFixture.Bytes(2, Size);
        Digest digest = fixture.Put(bytes);
        byte[] compressed = await fixture.ReadAsync($"compressed-blobs/zstd/{digest}", offset);
        byte[] decompressed = new byte[Size - offset];
        ZstdLibrary.Decompress(compressed, decompressed);

        Assert.Equal(bytes[offset..], decompressed);
    }

    [Fact]
    public async Task Read_IncompressibleCompressed_RoundTrips()
    {
        byte[] bytes = new byte[1_500_000];
        new Random(5).NextBytes(bytes);
        byte[] compressed = await fixture.ReadAsync($"compressed-blobs/zstd/{fixture.Put(bytes)}");
        byte[] decompressed = new byte[bytes.Length];
        ZstdLibrary.Decompress(compressed, decompressed);

        Assert.Equal(bytes, decompressed);
    }

    [Fact]
    public async Task Read_EmptyBlob_AlwaysExists() =>
        Assert.Empty(await fixture.ReadAsync($"blobs/{ServerFixture.DigestOf([])}"));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task Read_OffsetOutside_IsOutOfRange(long offset)
    {
        Digest digest = fixture.Put([1, 2, 3]);
        RpcException exception = await ServerFixture.FailsAsync(StatusCode.OutOfRange, () => fixture.ReadAsync($"blobs/{digest}", offset));
        Assert.Contains(digest.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WrongLimits_AreInvalidArgument()
    {
        Digest digest = fixture.Put([1, 2, 3]);
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.ReadAsync($"blobs/{digest}", 0, -1));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.ReadAsync($"compressed-blobs/zstd/{digest}", 0, 1));
    }

    [Fact]
    public async Task Read_MissingBlob_IsNotFoundAndNamesIt()
    {
        Digest digest = ServerFixture.DigestOf([4, 3, 2, 1]);
        RpcException exception = await ServerFixture.FailsAsync(StatusCode.NotFound, () => fixture.ReadAsync($"blobs/{digest}"));
        Assert.Contains(digest.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_StoredBlobTruncated_IsNotFoundNeverServed()
    {
        byte[] bytes = ServerFixture.Bytes(9, 10_000);
        Digest digest = fixture.Put(bytes);
        string path = Path.Join(fixture.Root, "sha256", digest.HashHex[..2], $"{digest.HashHex}-{digest.SizeBytes}");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(9_999);
        }

        await ServerFixture.FailsAsync(StatusCode.NotFound, () => fixture.ReadAsync($"blobs/{digest}"));
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("blobs")]
    [InlineData("blobs/")]
    [InlineData("blobs/{0}")]
    [InlineData("blobs/{0}/")]
    [InlineData("blobs/{0}/x")]
    [InlineData("blobs/{0}/-3")]
    [InlineData("blobs/{0}/+3")]
    [InlineData("blobs/{0}/99999999999999999999")]
    [InlineData("blobs/{0}/3/name")]
    [InlineData("blobs/blake3/{0}/3")]
    [InlineData("compressed-blobs/{0}/3")]
    [InlineData("compressed-blobs/deflate/{0}/3")]
    [InlineData("compressed-blobs/zstd")]
    [InlineData("uploads/11111111-1111-1111-1111-111111111111/blobs/{0}/3")]
    [InlineData("actions/{0}/3")]
    public async Task Read_MalformedName_IsInvalidArgument(string pattern)
    {
        string name = pattern.Replace("{0}", ServerFixture.DigestOf([1, 2, 3]).HashHex, StringComparison.Ordinal);
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => fixture.ReadAsync(name));
    }
}
