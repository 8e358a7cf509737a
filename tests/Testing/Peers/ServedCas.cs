using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing.Peers;

/// <summary>A <c>vroot cas serve</c> on a free port of loopback.</summary>
public sealed class ServedCas : IDisposable
{
    private const int SIGCONT = 18;
    private const int SIGSTOP = 19;

    private readonly ChildProcess _server;
    private bool _isGone;

    /// <summary>Serves the embedded CAS of a cache directory: what is pushed there without --cas is here at once.</summary>
    public ServedCas(string tool, string cache)
    {
        ProcessCommand command = new(tool, ["cas", "serve", "--listen", "grpc://127.0.0.1:0", "--cache", cache]);
        _server = ChildProcess.Start(command);
        _server.WaitForOutput("\n", TimeSpan.FromSeconds(60));
        Address = _server.Output.Text.Split('\n')[0];
    }

    public string Address { get; }

    /// <summary>The server's process.</summary>
    public int Id => _server.Id;

    /// <summary>Falls silent, in the middle of whatever it does.</summary>
    public void Stop() => _server.Signal(SIGSTOP);

    /// <summary>Goes on.</summary>
    public void Continue() => _server.Signal(SIGCONT);

    /// <summary>Kills it; once.</summary>
    public void Dispose()
    {
        if (!_isGone)
        {
            _isGone = true;
            _server.Dispose();
        }
    }
}
