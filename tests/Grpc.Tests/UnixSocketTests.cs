using System.Net.Sockets;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Grpc.Tests;

/// <summary>The file of a unix socket: whose it is, who may connect, and when it is replaced; and addresses that cannot be bound.</summary>
public sealed class UnixSocketTests
{
    [Theory]
    [InlineData("unix:/no/such/directory/socket", "/no/such/directory/socket", "its directory must be there")]
    [InlineData("grpc://192.0.2.1:8980", "192.0.2.1:8980", "name an address of this machine")]
    public async Task AddressThatCannotBeBound_IsNamedWithTheRemedy(string address, string named, string remedy)
    {
        IOException exception = await Assert.ThrowsAsync<IOException>(() => StartAsync(new GrpcServerOptions { Addresses = [address] }));
        Assert.Contains($"cannot listen on {named}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnixSocket_OfALivingServer_IsNotTakenAndADeadOneIs()
    {
        string path = Path.Combine(Path.GetTempPath(), $"vroot-grpc-{Guid.NewGuid():N}.sock");
        var options = new GrpcServerOptions { Addresses = ["unix:" + path] };
        try
        {
            await using (GrpcServerHost host = await StartAsync(options))
            {
                Assert.Equal("unix:" + path, host.BoundAddress);
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
                IOException inUse = await Assert.ThrowsAsync<IOException>(() => StartAsync(options));
                Assert.Contains("another server listens", inUse.Message, StringComparison.Ordinal);
                await PeerScenarios.RunAsync(nameof(PeerScenarios.Unary_Success_EchoesRequest), host.BoundAddress);
            }

            LeaveDeadSocket(path);
            await using GrpcServerHost next = await StartAsync(options);
            await PeerScenarios.RunAsync(nameof(PeerScenarios.Unary_Success_EchoesRequest), next.BoundAddress);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task UnixSocket_WhereAnOrdinaryFileIs_FileSurvives()
    {
        string path = Path.GetTempFileName();
        try
        {
            IOException exception = await Assert.ThrowsAsync<IOException>(() => StartAsync(new GrpcServerOptions { Addresses = ["unix:" + path] }));
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
            Assert.True(File.Exists(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [NeedsPythonGrpcFact]
    public async Task UnixSocket_OwnUserOnly_RefusesOthersWhoCanReachIt()
    {
        using TestDirectory directory = new();
        string path = directory["socket"];
        await using GrpcServerHost host = await StartAsync(new GrpcServerOptions { Addresses = ["unix:" + path], OwnUserOnly = true });
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);

        // A method that is not there: whoever may not call must not even learn that.
        Assert.Equal("UNIMPLEMENTED", Call(path, null));
        Assert.Equal("PERMISSION_DENIED", Call(path, 33));
    }

    [Fact]
    public async Task Tcp_OwnUserOnly_RefusesEverybody()
    {
        await using GrpcServerHost host = await StartAsync(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"], OwnUserOnly = true });
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => PeerScenarios.RunAsync(nameof(PeerScenarios.Unary_Success_EchoesRequest), host.BoundAddress));
        Assert.Equal(StatusCode.PermissionDenied, exception.StatusCode);
    }

    private static string Call(string path, uint? uid)
    {
        const string Script = """
            import grpc, sys
            try:
                grpc.insecure_channel("unix:" + sys.argv[1]).unary_unary("/none/None")(b"", timeout=20)
            except grpc.RpcError as error:
                print(error.code().name)
            """;
        ProcessCommand command = new(PythonGrpc.Interpreter, ["-c", Script, path]) { Uid = uid };
        return ChildProcess.Run(command, TimeSpan.FromSeconds(60)).Expect().Output.Trim();
    }

    // .NET removes the file with the socket that bound it; a socket bound under another name and moved stays, as after SIGKILL.
    private static void LeaveDeadSocket(string path)
    {
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path + ".tmp"));
            socket.Listen();
            File.Move(path + ".tmp", path);
        }

        Assert.True(File.Exists(path));
    }

    private static async Task<GrpcServerHost> StartAsync(GrpcServerOptions options)
    {
        var host = new GrpcServerHost(options);
        PeerService.AddTo(host);
        await host.StartAsync();
        return host;
    }
}
