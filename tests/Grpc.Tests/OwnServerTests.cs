namespace VirtualRoot.Grpc.Tests;

/// <summary>Our client against our server.</summary>
public sealed class OwnServerTests(OwnServerFixture server) : IClassFixture<OwnServerFixture>
{
    public static TheoryData<string> Scenarios => [.. PeerScenarios.Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public Task OwnServer_OnTcp_ServesOwnClient(string scenario) => PeerScenarios.RunAsync(scenario, server.TcpAddress);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public Task OwnServer_OnUnixSocket_ServesOwnClient(string scenario) => PeerScenarios.RunAsync(scenario, server.UnixAddress);
}
