using VirtualRoot.CasClient.Remote;
using VirtualRoot.Testing.Peers;

namespace VirtualRoot.CasClient.Tests.Remote;

/// <summary>A CAS that announces 2 GiB and more in a message's length prefix.</summary>
public sealed class ForgedLengthTests
{
    private static readonly (string, string) s_ok = ("grpc-status", "0");

    // An empty ServerCapabilities: the answer to a connection's first call.
    private static readonly byte[] s_emptyMessage = [0, 0, 0, 0, 0];

    [Theory]
    [InlineData(0x80)]
    [InlineData(0x7f)]
    [InlineData(0xff)]
    public async Task Calls_LengthPrefixOfGibibytes_AreRefusedWithoutMemory(byte first)
    {
        byte[] forged = [0, first, 0xff, 0xff, 0xff, 1, 2, 3];
        int calls = 0;
        await using var peer = new RawPeer((peer, stream) =>
            peer.RespondAsync(stream, Interlocked.Increment(ref calls) == 1 ? s_emptyMessage : forged, s_ok));
        await using CasConnection connection = CasConnection.Open(new CasEndpointOptions
        {
            Address = peer.Address,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        });
        Assert.True((await connection.GetCapabilitiesAsync()).IsAnnounced);
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, new byte[10]);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        CasException batch = await Assert.ThrowsAsync<CasException>(() => connection.FindMissingAsync([digest]));
        CasException stream = await Assert.ThrowsAsync<CasException>(async () =>
        {
            await foreach (TreePage page in connection.GetTreeAsync(digest, default))
            {
                Assert.Fail($"a page of {page.Directories.Count} directories");
            }
        });

        // Other tests run in this process meanwhile; one buffer of that length would still show.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 1 << 30);
        Assert.All([batch, stream], exception =>
        {
            Assert.Equal(CasErrorKind.LimitExceeded, exception.Kind);
            Assert.Contains(peer.Address, exception.Message);
            Assert.Contains((((uint)first << 24) | 0xffffff).ToString(System.Globalization.CultureInfo.InvariantCulture), exception.Message);
            Assert.DoesNotContain('\n', exception.Message);
        });
        Assert.Equal(digest, stream.Digest);
    }
}
