using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>The CAS of Debian's buildstream: without GetTree, compression or action cache, and announcing REAPI 2.0.</summary>
internal sealed class BuildStreamCas : IDisposable
{
    public const string Module = "/usr/lib/python3/dist-packages/buildstream/_artifactcache/casserver.py";
    private readonly ChildProcess _server;

    public BuildStreamCas(string directory)
    {
        _server = ChildProcess.Start(new ProcessCommand("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Peers/buildstream_cas.py"), directory]));
        _server.WaitForOutput("\n", TimeSpan.FromSeconds(60));
        Address = "grpc://127.0.0.1:" + _server.Output.Text.Trim();
    }

    public string Address { get; }

    public void Dispose() => _server.Dispose();
}
