using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.CasServer;
using VirtualRoot.Grpc;
using VirtualRoot.Testing.Peers;

namespace VirtualRoot.CasClient.Tests.Remote;

public sealed class ConnectionTlsTests : SessionFixture
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Grpcs_CertificatesOfTheCa_StoresAndReads(bool isMutual)
    {
        using var certificates = new Certificates();
        await using CasServerHost server = await StartAsync(certificates, isMutual);
        (string certificate, string key) = certificates.Issue("client.test");
        CasSession session = Open(options => options with
        {
            Address = server.Address,
            CaFile = certificates.CaFile,
            CertificateFile = isMutual ? certificate : null,
            KeyFile = isMutual ? key : null,
        });
        byte[] bytes = RandomBytes(300_000);
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        await session.Sink.StoreAsync([new BlobUpload(digest, bytes)], default);
        using BlobLease lease = await session.Blobs.OpenAsync(digest, default);
        Assert.Equal(300_000, lease.SizeBytes);
        Assert.StartsWith("grpcs://", server.Address);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grpcs_ServerOfAnotherCa_IsDeniedAtOnceWithAddressAndRemedy(bool namesAnotherCa)
    {
        using var certificates = new Certificates();
        using var others = new Certificates();
        await using CasServerHost server = await StartAsync(certificates, isMutual: false);
        CasConnection connection = Connect(server, options => options with { CaFile = namesAnotherCa ? others.CaFile : null, RetryDeadline = TimeSpan.FromMinutes(10) });

        // At once: not retried until the deadline.
        CasException exception = await FailsAsync(CasErrorKind.Denied, () => connection.GetCapabilitiesAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(server.Address, exception.Message);
        Assert.Contains("check the CA file", exception.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MutualTls_NoOrAnotherCasCertificate_IsToldWithAddressAndRemedy(bool hasCertificate)
    {
        using var certificates = new Certificates();
        using var others = new Certificates();
        (string certificate, string key) = others.Issue("client.test");
        await using CasServerHost server = await StartAsync(certificates, isMutual: true);
        CasConnection connection = Connect(server, options => options with
        {
            CaFile = certificates.CaFile,
            CertificateFile = hasCertificate ? certificate : null,
            KeyFile = hasCertificate ? key : null,
            RetryDeadline = TimeSpan.FromMilliseconds(300),
        });
        CasException exception = await Assert.ThrowsAsync<CasException>(() => connection.GetCapabilitiesAsync());
        Assert.True(exception.Kind is CasErrorKind.Denied or CasErrorKind.Unavailable, exception.Message);
        Assert.Contains(server.Address, exception.Message);
        Assert.Contains("client certificate", exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private CasConnection Connect(CasServerHost server, Func<CasEndpointOptions, CasEndpointOptions> change) =>
        Open(options => change(options with { Address = server.Address })).Connection!;

    private Task<CasServerHost> StartAsync(Certificates certificates, bool isMutual)
    {
        (string certificate, string key) = certificates.Issue("server.test");
        return CasServerHost.StartAsync(new CasServerOptions
        {
            Addresses = ["grpcs://127.0.0.1:0"],
            Storage = new BlobStoreOptions { Directory = Path.Join(Folder, "server") },
            Tls = new GrpcTlsOptions { CertificateFile = certificate, KeyFile = key, CaFile = isMutual ? certificates.CaFile : null },
        });
    }
}
