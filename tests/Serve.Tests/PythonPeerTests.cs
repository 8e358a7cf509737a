using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests;

/// <summary>python3's gRPC and buildstream's messages as the client.</summary>
[Collection(ServeCollection.Name)]
public sealed class PythonPeerTests(SharedWorker shared)
{
    private static readonly string[] s_steps =
    [
        "capabilities", "execute", "wait execution", "cancel", "merging", "missing", "invalid", "time limit", "platform", "exit codes",
    ];

    [NeedsFuseFact("/bin/busybox", "/usr/lib/python3/dist-packages/grpc", "/usr/lib/python3/dist-packages/buildstream")]
    public void EveryCallAndError_FromPythonGrpc_GoesAsReapiSays()
    {
        string target = shared.Worker.Address.Replace("grpc://", string.Empty, StringComparison.Ordinal);
        ProcessCommand peer = new("/usr/bin/python3", [Path.Join(AppContext.BaseDirectory, "Peers", "execution_peer.py"), target]);
        ProcessOutcome outcome = ChildProcess.Run(peer, TimeSpan.FromMinutes(5));

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(s_steps, outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
