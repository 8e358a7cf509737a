using VirtualRoot.Testing;

namespace VirtualRoot.Grpc.Tests;

/// <summary>Our client against grpcio's server.</summary>
public sealed class PythonServerTests(PythonServerFixture server) : IClassFixture<PythonServerFixture>
{
    public static TheoryData<string> Scenarios => [.. PeerScenarios.Names];

    [NeedsPythonGrpcTheory]
    [MemberData(nameof(Scenarios))]
    public Task PythonServer_OnTcp_ServesOwnClient(string scenario) => PeerScenarios.RunAsync(scenario, server.TcpAddress);

    [NeedsPythonGrpcTheory]
    [InlineData(nameof(PeerScenarios.Unary_Failure_CarriesCodeMessageDetailsAndTrailers))]
    [InlineData(nameof(PeerScenarios.ClientStreaming_ChunksOverTheWindow_Counted))]
    [InlineData(nameof(PeerScenarios.Duplex_PingPong_EachAnsweredBeforeTheNext))]
    public Task PythonServer_OnUnixSocket_ServesOwnClient(string scenario) => PeerScenarios.RunAsync(scenario, server.UnixAddress);
}
