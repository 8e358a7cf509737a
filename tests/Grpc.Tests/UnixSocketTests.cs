using System.Net.Sockets;

namespace VirtualRoot.Grpc.Tests;

/// <summary>The file of a unix socket: whose it is, who may connect, and when it is replaced.</summary>
public sealed class UnixSocketTests
{
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
