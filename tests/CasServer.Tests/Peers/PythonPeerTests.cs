using System.Diagnostics;

namespace VirtualRoot.CasServer.Tests.Peers;

public sealed class PythonPeerTests
{
    private static readonly string[] s_steps =
    [
        "capabilities", "batch update", "batch read", "bytestream write", "bytestream read", "bytestream resume", "get tree", "action cache",
    ];

    [NeedsBuildstreamFact]
    public async Task EveryCall_FromPythonGrpcOverTcp_GoesAsReapiSays() => await RunAsync("grpc://127.0.0.1:0");

    [NeedsBuildstreamFact]
    public async Task EveryCall_FromPythonGrpcOverAUnixSocket_GoesAsReapiSays() =>
        await RunAsync("unix:" + Path.Join(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".sock"));

    private static async Task RunAsync(string address)
    {
        ServerFixture fixture = new(options => options with { Addresses = [address] });
        await fixture.InitializeAsync();
        string target = fixture.Host.Address.Replace("grpc://", string.Empty, StringComparison.Ordinal);
        ProcessStartInfo start = new(NeedsBuildstreamFactAttribute.Python, [Path.Join(AppContext.BaseDirectory, "Peers", "cas_peer.py"), target])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        string failure = await errors;
        await process.WaitForExitAsync();
        await fixture.DisposeAsync();

        Assert.True(process.ExitCode == 0, $"after {output}: {failure}");
        Assert.Equal(s_steps, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
