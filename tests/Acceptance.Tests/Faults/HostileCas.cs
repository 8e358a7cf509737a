using System.Text.Json;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Faults;

/// <summary>Peers/hostile_cas.py: grpcio and buildstream's messages, answering what no CAS should.</summary>
internal sealed class HostileCas : IDisposable
{
    private readonly ChildProcess _server;
    private readonly JsonElement _description;

    public HostileCas(params string[] programs)
    {
        _server = ChildProcess.Start(new ProcessCommand("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Peers/hostile_cas.py"), .. programs]));
        _server.WaitForOutput("\n", TimeSpan.FromSeconds(60));
        using JsonDocument document = JsonDocument.Parse(_server.Output.Text);
        _description = document.RootElement.Clone();
    }

    public int Port => _description.GetProperty("port").GetInt32();

    public string Address => $"grpc://127.0.0.1:{Port}";

    /// <summary>The names of the directories that are no root.</summary>
    public IReadOnlyList<string> BadRoots =>
        [.. _description.GetProperty("roots").EnumerateObject().Select(root => root.Name).Where(name => name.StartsWith("root-", StringComparison.Ordinal))];

    /// <summary>A root's digest.</summary>
    public string Root(string name) => _description.GetProperty("roots").GetProperty(name).GetString()!;

    /// <summary>A bad blob's digest.</summary>
    public string Blob(string name) => _description.GetProperty("blobs").GetProperty(name).GetString()!;

    public void Dispose() => _server.Dispose();
}
