using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Serve.Tests;

/// <summary>python3's gRPC and buildstream's messages as the client.</summary>
[Collection(ServeCollection.Name)]
public sealed class PythonPeerTests(SharedWorker shared)
{
    private static readonly string[] s_calls =
    [
        "capabilities", "execute", "wait execution", "cancel", "last waiter", "merging", "missing", "invalid", "time limit", "platform",
        "exit codes", "outputs of 2.0 and 2.1", "metadata and server logs", "standard output",
    ];

    private static readonly string[] s_errors = ["corrupt", "missing", "unreachable", "quota", "no place"];

    [NeedsFuseFact("/bin/busybox", "/usr/lib/python3/dist-packages/grpc", "/usr/lib/python3/dist-packages/buildstream")]
    public void EveryCall_FromPythonGrpc_GoesAsReapiSays() => Assert.Equal(s_calls, Run("execution_peer.py", Target(shared.Worker.Address)));

    [NeedsFuseFact("/bin/busybox", "/usr/lib/python3/dist-packages/grpc", "/usr/lib/python3/dist-packages/buildstream")]
    public async Task EveryErrorOfAWorkerInTrouble_FromPythonGrpc_IsWhatReapiSays()
    {
        using TestDirectory directory = new();
        string disk = directory.Create("disk");
        using ServedCas cas = new(PublishedTool.Find(directory), directory["cas"]);
        await using ServedWorker worker = ServedWorker.StartOn(cas.Address, "--cas-timeout", "2s");
        await using ServedWorker quota = ServedWorker.Start("--quota-bytes", "1M");
        ChildProcess.Run(new ProcessCommand("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=4m,nr_inodes=64", "none", disk]), ServedWorker.Patience).Expect();
        try
        {
            await using ServedWorker full = ServedWorker.Start("--scratch", disk);
            Assert.Equal(s_errors, Run(
                "errors_peer.py", Target(worker.Address), Target(cas.Address), directory["cas"], $"{cas.Id}", Target(quota.Address), Target(full.Address), disk));
        }
        finally
        {
            ChildProcess.Run(new ProcessCommand("/usr/bin/umount", ["-l", disk]), ServedWorker.Patience).Expect();
        }
    }

    private static string Target(string address) => address.Replace("grpc://", string.Empty, StringComparison.Ordinal);

    private static string[] Run(string peer, params string[] arguments)
    {
        ProcessCommand command = new("/usr/bin/python3", ["-B", Path.Join(AppContext.BaseDirectory, "Peers", peer), .. arguments]);
        ProcessOutcome outcome = ChildProcess.Run(command, TimeSpan.FromMinutes(8));
        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        return outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
