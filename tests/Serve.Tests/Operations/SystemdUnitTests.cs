using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>docs/examples/vroot.service, run by systemd.</summary>
[Collection(ServeCollection.Name)]
public sealed class SystemdUnitTests
{
    private const string Build = " /var/cache/vroot/build ";

    [NeedsSystemdFact]
    public async Task Start_IsActiveOnceItServes_InItsOwnMountNamespaceAndCgroup()
    {
        using SystemdMachine machine = new();
        await using WorkerClient client = machine.Client();
        Protos.ExecuteResponse response = await client.RunAsync(BusyboxRoot.Action(client, "id -u; readlink /proc/self/exe; cat /proc/net/dev | grep -c :"));
        using AsyncServerStreamingCall<Protos.Operation> call = client.Execute(BusyboxRoot.Action(client, "sleep 1000"));
        await WorkerClient.RunningAsync(call);

        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        Assert.Equal("65534\n/bin/busybox\n1\n", response.Result.StdoutRaw.ToStringUtf8()); // of network interfaces, lo alone
        Assert.Contains(Build, machine.Mounts(machine.Show("MainPID")), StringComparison.Ordinal);
        Assert.DoesNotContain(Build, machine.Mounts("1"), StringComparison.Ordinal);
        Assert.Equal(["vroot-action-2", "vroot-daemon"], machine.Cgroups().Order(StringComparer.Ordinal)); // Delegate=yes
    }

    [NeedsSystemdFact]
    public async Task Stop_LetsRunningActionsEnd()
    {
        using SystemdMachine machine = new();
        await using WorkerClient client = machine.Client();
        using AsyncServerStreamingCall<Protos.Operation> call = client.Execute(BusyboxRoot.Action(client, "until test -e /go; do sleep 0.1; done; echo ended"));
        await WorkerClient.RunningAsync(call);
        machine.Systemctl("stop", "--no-block", "vroot.service");
        machine.WaitForStatus("draining");
        string state = machine.Show("ActiveState");
        machine.MakeFile("go");
        Protos.ExecuteResponse response = await WorkerClient.EndAsync(call);
        machine.WaitFor("inactive");

        Assert.Equal("deactivating", state);
        Assert.Equal("ended\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal("success", machine.Show("Result"));
        Assert.Equal("143", machine.Show("ExecMainStatus"));
        Assert.Empty(machine.Cgroups());
    }

    [NeedsSystemdFact]
    public async Task KilledDaemon_IsStartedAgain()
    {
        using SystemdMachine machine = new();
        await using WorkerClient first = machine.Client();
        using AsyncServerStreamingCall<Protos.Operation> call = first.Execute(BusyboxRoot.Action(first, "sleep 1000"));
        await WorkerClient.RunningAsync(call);
        string killed = machine.Show("MainPID");
        machine.Systemctl("kill", "--kill-who=main", "--signal=KILL", "vroot.service");
        await using WorkerClient second = machine.Client(notOf: killed);
        Protos.ExecuteResponse response = await second.RunAsync(BusyboxRoot.Action(second, "echo again"));

        Assert.Equal("again\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Equal("1", machine.Show("NRestarts"));
        Assert.Equal(["vroot-daemon"], machine.Cgroups()); // nothing of the killed one's action
        Assert.Equal(2, machine.Mounts(machine.Show("MainPID")).Split(Build).Length); // one mount
    }

    [NeedsSystemdFact]
    public async Task WrongConfiguration_FailsOnceAndForAll_UntilItIsMended()
    {
        string good = "";
        using SystemdMachine machine = new(example => (good = example).Replace("\"1h\"", "\"soon\"", StringComparison.Ordinal));
        machine.WaitFor("failed");
        string restarts = machine.Show("NRestarts");
        string log = machine.Log;
        machine.Configure(good);
        machine.Systemctl("start", "vroot.service");
        await using WorkerClient client = machine.Client();

        Assert.Equal("0", restarts);
        // vroot's only line, so nothing was mounted; modprobe may have said something, too.
        Assert.Contains("default-timeout", Assert.Single(log.Split('\n'), static line => line.StartsWith('{')), StringComparison.Ordinal);
        Assert.Equal("on\n", (await client.RunAsync(BusyboxRoot.Action(client, "echo on"))).Result.StdoutRaw.ToStringUtf8());
    }
}
