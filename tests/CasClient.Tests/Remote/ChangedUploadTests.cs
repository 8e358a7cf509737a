using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.CasClient.Tests.Remote;

/// <summary>Bytes that do not come to the CAS as they were sent.</summary>
public sealed class ChangedUploadTests : SessionFixture
{
    private const int Batched = 1000;
    private const int Streamed = 500_000;

    [Theory]
    [InlineData(Batched)]
    [InlineData(Streamed)]
    public async Task Store_ChangedOnTheWayOnce_IsSentAgain(int length)
    {
        int arrivals = 0;
        Cas.Arrives = bytes => arrivals++ == 0 ? Changed(bytes) : bytes;
        byte[] sent = RandomBytes(length);
        BlobUpload blob = new(DigestHasher.Compute(DigestFunction.Sha256, sent), sent);
        await Open().Sink.StoreAsync([blob], default);

        Assert.Equal(2, arrivals);
        Assert.Equal(sent, Cas.Blobs[blob.Digest]);
        Assert.Equal(Cas.Writes.Count, Cas.Writes.Distinct().Count()); // each a new upload
    }

    [Theory]
    [InlineData(Batched)]
    [InlineData(Streamed)]
    public async Task Store_ChangedOnTheWayEachTime_IsCorrupt(int length)
    {
        int arrivals = 0;
        Cas.Arrives = bytes =>
        {
            arrivals++;
            return Changed(bytes);
        };
        byte[] sent = RandomBytes(length);
        BlobUpload blob = new(DigestHasher.Compute(DigestFunction.Sha256, sent), sent);
        CasException exception = await Assert.ThrowsAsync<CasException>(() => Open().Sink.StoreAsync([blob], default));

        Assert.Equal((CasErrorKind.Corrupt, blob.Digest, 3), (exception.Kind, exception.Digest, arrivals));
    }

    private static byte[] Changed(byte[] bytes) => [(byte)(bytes[0] ^ 1), .. bytes.AsSpan(1)];
}
