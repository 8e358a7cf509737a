using System.Diagnostics;
using VirtualRoot.Testing;

namespace VirtualRoot.Grpc.Tests;

/// <summary>grpcio's client against our server: every case of Peers/client.py, on TCP and on a unix socket.</summary>
public sealed class PythonClientTests(OwnServerFixture server) : IClassFixture<OwnServerFixture>
{
    // As many as CASES in client.py, twice: a case that is not run must not pass.
    private const int Results = 2 * 22;

    [NeedsPythonGrpcFact]
    public async Task PythonClient_EveryCase_IsServed()
    {
        string tcp = server.TcpAddress["grpc://".Length..];
        using Process process = Process.Start(new ProcessStartInfo(
            PythonGrpc.Interpreter, [PythonServerFixture.Script("client.py"), tcp, server.UnixAddress])
        {
            RedirectStandardOutput = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            process.Kill();
        }

        string[] lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, static line => Assert.EndsWith("\tok", line, StringComparison.Ordinal));
        Assert.Equal(Results, lines.Length);
    }
}
