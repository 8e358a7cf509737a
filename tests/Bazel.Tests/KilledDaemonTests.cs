using System.Globalization;
using System.Net;
using System.Net.Sockets;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Bazel.Tests;

/// <summary>The daemon dies in the middle of a build.</summary>
[Collection(BazelCollection.Name)]
public sealed class KilledDaemonTests(BazelWorkspace workspace)
{
    private const int Actions = 8;

    [NeedsBazelFact]
    public async Task Sigkill_WithEightActionsRunning_TheBuildEndsOnTheNextDaemonAndNothingOldRuns()
    {
        using TcpListener gate = new(IPAddress.Loopback, 0);
        gate.Start();
        string port = ((IPEndPoint)gate.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(workspace["actions/port.txt"], port + "\n");
        string mark = $"sleep\0" + $"10{port}\0";
        using ChildProcess bazel = ChildProcess.Start(workspace.RemoteCommand("build", "--jobs=8", "--remote_retries=60", "//actions:held"));

        List<Socket> old = await AcceptAsync(gate, bazel);
        IReadOnlyList<string> oldProcesses = await RunningAsync(mark);
        workspace.Daemon.Kill();
        workspace.Daemon.StartAgain();
        List<Socket> next = await AcceptAsync(gate, bazel);
        await Wait.UntilAsync(() => !ProcessTable.Find(mark).Intersect(oldProcesses).Any(), "no action of the killed daemon runs");
        await RunningAsync(mark);
        foreach (Socket held in next)
        {
            held.Send("ended\n"u8);
            held.Shutdown(SocketShutdown.Both);
        }

        ProcessOutcome outcome = bazel.WaitForExit(ServeDaemon.Patience).Expect();

        Assert.Contains($"{Actions} remote.", outcome.Error, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, Actions), number => Assert.Equal("ended\n", File.ReadAllText(workspace[$"bazel-bin/actions/held_{number}.txt"])));
        Assert.Empty(ProcessTable.FindAfter(mark, ServeDaemon.Patience));
        old.Concat(next).ToList().ForEach(static socket => socket.Dispose());
    }

    /// <summary>Every action's sleep: an action may have connected before the shell's child has become one.</summary>
    private static Task<IReadOnlyList<string>> RunningAsync(string mark) => Wait.ForAsync(
        () => Task.FromResult(ProcessTable.Find(mark)),
        static processes => processes.Count == Actions,
        static processes => $"{processes.Count} of {Actions} run: {string.Join('\n', processes)}");

    private static async Task<List<Socket>> AcceptAsync(TcpListener gate, ChildProcess bazel)
    {
        List<Socket> accepted = [];
        using CancellationTokenSource patience = new(ServeDaemon.Patience);
        try
        {
            while (accepted.Count < Actions)
            {
                accepted.Add(await gate.AcceptSocketAsync(patience.Token));
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"{accepted.Count} of {Actions} actions run; Bazel says:\n{bazel.Error.Text}", exception);
        }

        return accepted;
    }
}
