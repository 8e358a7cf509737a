using System.Text.Json;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary>A <c>vroot run</c> whose outputs are read back from the CAS by a client that nobody here wrote.</summary>
internal sealed class OutputRun(VRootUser user, PushedRoot root)
{
    public string ResultFile => Path.Combine(user.Home, "result");

    public string StatisticsFile => Path.Combine(user.Home, "stats.json");

    /// <summary>Runs a script; the result is written.</summary>
    public ProcessOutcome Script(string script, params string[] options) =>
        user.Run(root, [.. options, "--result", ResultFile, "--stats", StatisticsFile], "/bin/sh", "-c", script);

    /// <summary>What the result names, as the peer read it.</summary>
    public JsonElement Read() => Read(user.Cas, ResultFile);

    public static JsonElement Read(string cas, string resultFile)
    {
        ProcessCommand reader = new(PythonGrpc.Interpreter, [Path.Combine(AppContext.BaseDirectory, "Peers/capture_reader.py"), cas["grpc://".Length..], resultFile]);
        using JsonDocument told = JsonDocument.Parse(ChildProcess.Run(reader, TimeSpan.FromSeconds(60)).Expect().Output);
        return told.RootElement.Clone();
    }

    /// <summary>The statistics of the capture.</summary>
    public JsonElement Statistics()
    {
        using JsonDocument told = JsonDocument.Parse(File.ReadAllText(StatisticsFile));
        return told.RootElement.Clone();
    }
}
