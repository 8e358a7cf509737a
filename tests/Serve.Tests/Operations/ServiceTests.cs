using System.Net.Sockets;
using System.Text;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Operations;

/// <summary>As a service of systemd: what its socket is told, and the unit under docs/examples.</summary>
[Collection(ServeCollection.Name)]
public sealed class ServiceTests
{
    private static readonly string s_unit = Path.Combine(PublishedTool.Checkout(), "docs/examples/vroot.service");

    [NeedsFuseTheory("/bin/busybox")]
    [InlineData("path")]
    [InlineData("abstract")]
    public async Task NotifySocket_IsToldOfReadinessAndOfTheEnd(string kind)
    {
        using TestDirectory directory = new();
        string name = kind == "path" ? directory["notify"] : "@vroot-test-" + Guid.NewGuid().ToString("N");
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        manager.ReceiveTimeout = (int)ServedWorker.Patience.TotalMilliseconds;
        await using ServedWorker worker = ServedWorker.StartWith(Environment(directory, name));
        string ready = Receive(manager);
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "env"));
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        await ServedWorker.RunningAsync(call);
        worker.Terminate();
        string stopping = Receive(manager); // while the action runs on
        worker.Terminate();
        worker.WaitForExit();

        Assert.Equal($"READY=1\nSTATUS=serving on {worker.Address}\n", ready);
        Assert.StartsWith("STOPPING=1\nSTATUS=draining", stopping, StringComparison.Ordinal);
        Assert.DoesNotContain("NOTIFY_SOCKET", response.Result.StdoutRaw.ToStringUtf8(), StringComparison.Ordinal);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task NotifySocket_ThatIsNotThere_IsAWarningAndNoEnd()
    {
        using TestDirectory directory = new();
        await using ServedWorker worker = ServedWorker.StartWith(Environment(directory, directory["nowhere"]));
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "echo on"));
        worker.Terminate();
        ProcessOutcome outcome = worker.WaitForExit();

        Assert.Equal("on\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Contains("NOTIFY_SOCKET", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact("/usr/bin/systemd-analyze")]
    public void Unit_IsWhatSystemdAccepts()
    {
        using TestDirectory directory = new();
        string unit = directory.Write("vroot.service", File.ReadAllText(s_unit).Replace("/opt/vroot/vroot", PublishedTool.Find(directory), StringComparison.Ordinal));
        ProcessOutcome good = ChildProcess.Run(Verify(unit), ServedWorker.Patience);
        string broken = directory.Write("broken.service", File.ReadAllText(unit).Replace("KillMode=mixed", "KillMode=mixt", StringComparison.Ordinal));
        ProcessOutcome bad = ChildProcess.Run(Verify(broken), ServedWorker.Patience);

        Assert.True(good.ExitCode == 0, good.ToString());
        Assert.Empty(good.Output + good.Error);
        Assert.Contains("mixt", bad.Error, StringComparison.Ordinal); // it does look
    }

    [NeedsFuseFact("/bin/busybox", "/usr/bin/setpriv")]
    public async Task Unit_CapabilitiesAndNoNewPrivileges_AreEnoughForActions()
    {
        string bounding = File.ReadAllLines(s_unit).Single(static line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal))["CapabilityBoundingSet=".Length..];
        string[] capabilities = [.. bounding.Split(' ').Select(static name => "+" + name["CAP_".Length..].ToLowerInvariant())];
        Assert.Contains("NoNewPrivileges=yes", File.ReadAllLines(s_unit));
        await using ServedWorker worker = ServedWorker.StartUnder(
            ["/usr/bin/setpriv", "--no-new-privs", "--bounding-set", "-all," + string.Join(',', capabilities), "--inh-caps=-all"], "--quota-bytes", "10M");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(
            worker,
            "id -u; readlink /proc/self/exe; echo x > o; echo y > /dev/null",
            static command => command.OutputPaths.Add("o"),
            action: static action => action.Platform = new() { Properties = { new Protos.Platform.Types.Property { Name = "vroot:network", Value = "off" } } }));

        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        Assert.Equal("65534\n/bin/busybox\n", response.Result.StdoutRaw.ToStringUtf8());
        Assert.Single(response.Result.OutputFiles);
    }

    private static ProcessCommand Verify(string unit) => new("/usr/bin/systemd-analyze", ["verify", "--man=no", unit]);

    private static Dictionary<string, string> Environment(TestDirectory directory, string socket) =>
        new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = directory.Path, ["NOTIFY_SOCKET"] = socket };

    private static string Receive(Socket manager)
    {
        byte[] bytes = new byte[4096];
        return Encoding.UTF8.GetString(bytes, 0, manager.Receive(bytes));
    }
}
