using VirtualRoot.Testing.Peers;

namespace VirtualRoot.Grpc.Tests;

public sealed class TlsTests
{
    [Theory]
    [InlineData(nameof(PeerScenarios.Unary_BigBothWays_ArrivesWhole))]
    [InlineData(nameof(PeerScenarios.Duplex_PingPong_EachAnsweredBeforeTheNext))]
    public async Task Tls_ServerOfATrustedCa_Serves(string scenario)
    {
        using var certificates = new Certificates();
        await using GrpcServerHost host = await StartAsync(certificates, clientCa: null);
        Assert.StartsWith("grpcs://127.0.0.1:", host.BoundAddress, StringComparison.Ordinal);
        await PeerScenarios.RunAsync(scenario, host.BoundAddress, new GrpcChannelOptions { Tls = new GrpcTlsOptions { CaFile = certificates.CaFile } });
    }

    [Fact]
    public async Task Tls_ServerOfAnotherCa_UnavailableAndNamesTls()
    {
        using var certificates = new Certificates();
        using var others = new Certificates();
        await using GrpcServerHost host = await StartAsync(certificates, clientCa: null);
        foreach (GrpcTlsOptions? tls in new[] { new GrpcTlsOptions { CaFile = others.CaFile }, null })
        {
            RpcException exception = await FailAsync(host, tls);
            Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
            Assert.Contains("TLS to grpcs://127.0.0.1:", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tls_ServerNameOverride_DecidesWhichNameMustMatch()
    {
        using var certificates = new Certificates();
        await using GrpcServerHost host = await StartAsync(certificates, clientCa: null);
        await PeerScenarios.RunAsync(
            nameof(PeerScenarios.Unary_Success_EchoesRequest),
            host.BoundAddress,
            new GrpcChannelOptions { Tls = new GrpcTlsOptions { CaFile = certificates.CaFile, ServerName = "server.test" } });
        RpcException exception = await FailAsync(host, new GrpcTlsOptions { CaFile = certificates.CaFile, ServerName = "other.test" });
        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
    }

    [Fact]
    public async Task MutualTls_ClientOfTheCa_ServesAndOthersDoNot()
    {
        using var certificates = new Certificates();
        using var others = new Certificates();
        (string certificate, string key) = certificates.Issue("client.test");
        (string otherCertificate, string otherKey) = others.Issue("client.test");
        await using GrpcServerHost host = await StartAsync(certificates, certificates.CaFile);
        await PeerScenarios.RunAsync(
            nameof(PeerScenarios.Unary_Success_EchoesRequest),
            host.BoundAddress,
            new GrpcChannelOptions { Tls = new GrpcTlsOptions { CaFile = certificates.CaFile, CertificateFile = certificate, KeyFile = key } });

        RpcException without = await FailAsync(host, new GrpcTlsOptions { CaFile = certificates.CaFile });
        Assert.Equal(StatusCode.Unavailable, without.StatusCode);
        RpcException other = await FailAsync(
            host, new GrpcTlsOptions { CaFile = certificates.CaFile, CertificateFile = otherCertificate, KeyFile = otherKey });
        Assert.Equal(StatusCode.Unavailable, other.StatusCode);
    }

    [Fact]
    public async Task PlainClient_OnTlsPort_FailsSoon()
    {
        using var certificates = new Certificates();
        await using GrpcServerHost host = await StartAsync(certificates, clientCa: null);
        await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress.Replace("grpcs:", "grpc:", StringComparison.Ordinal));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: TimeSpan.FromSeconds(60))));
        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
    }

    [Fact]
    public void Options_FilesThatAreNoCertificates_AreNamed()
    {
        string file = Path.GetTempFileName();
        try
        {
            foreach (GrpcTlsOptions tls in new[] { new GrpcTlsOptions { CaFile = file }, new GrpcTlsOptions { CertificateFile = file }, new GrpcTlsOptions { CaFile = file + ".none" } })
            {
                ArgumentException exception = Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress("grpcs://h:1", new GrpcChannelOptions { Tls = tls }));
                Assert.Contains(file, exception.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<GrpcServerHost> StartAsync(Certificates certificates, string? clientCa)
    {
        (string certificate, string key) = certificates.Issue("server.test");
        var host = new GrpcServerHost(new GrpcServerOptions
        {
            Addresses = ["grpcs://127.0.0.1:0"],
            Tls = new GrpcTlsOptions { CertificateFile = certificate, KeyFile = key, CaFile = clientCa },
        });
        PeerService.AddTo(host);
        await host.StartAsync();
        return host;
    }

    private static async Task<RpcException> FailAsync(GrpcServerHost host, GrpcTlsOptions? tls)
    {
        await using GrpcChannel channel = GrpcChannel.ForAddress(host.BoundAddress, new GrpcChannelOptions { Tls = tls });
        return await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync(TestMethods.Unary, [1], new CallOptions(Timeout: TimeSpan.FromSeconds(60))));
    }
}
