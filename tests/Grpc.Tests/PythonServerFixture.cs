using System.Diagnostics;
using System.Globalization;
using VirtualRoot.Testing;

namespace VirtualRoot.Grpc.Tests;

/// <summary>The test service on grpcio, in a process that ends with its standard input.</summary>
public sealed class PythonServerFixture : IAsyncLifetime
{
    private readonly string _socket = Path.Combine(Path.GetTempPath(), $"vroot-grpc-{Guid.NewGuid():N}.sock");
    private Process? _process;

    public string TcpAddress { get; private set; } = string.Empty;

    public string UnixAddress => "unix:" + _socket;

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Peers", name);

    public async Task InitializeAsync()
    {
        if (PythonGrpc.Missing is not null)
        {
            return;
        }

        _process = Process.Start(new ProcessStartInfo(PythonGrpc.Interpreter, [Script("server.py"), _socket])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string? port = await _process.StandardOutput.ReadLineAsync();
        TcpAddress = string.Create(CultureInfo.InvariantCulture, $"grpc://127.0.0.1:{port}");
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        File.Delete(_socket);
    }
}
