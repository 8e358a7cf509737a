using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>A cgroup for each action: on a real hierarchy of version 2, whatever controllers it has.</summary>
[Collection(ServeCollection.Name)]
public sealed class CgroupTests
{
    private static readonly Protos.Platform s_kernelTier = new() { Properties = { new Protos.Platform.Types.Property { Name = "vroot:special", Value = "kernel" } } };

    [NeedsCgroupFact]
    public async Task Action_HasOneThatIsGoneAfterIt()
    {
        using TestCgroup cgroup = new();
        await using (ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path))
        {
            Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(
                worker, "(setsid sleep 1000 &); sleep 1000 & kill -STOP $!; n=0; while test $n -lt 20000; do n=$((n+1)); done; cat /proc/self/cgroup", action: action => action.Platform = s_kernelTier));

            Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
            string line = Assert.Single(response.Result.StdoutRaw.ToStringUtf8().Split('\n'), static line => line.StartsWith("0::", StringComparison.Ordinal));
            Assert.Contains($"/{Path.GetFileName(cgroup.Path)}/vroot-action-", line, StringComparison.Ordinal);
            Protos.CgroupUsage usage = response.Result.ExecutionMetadata.AuxiliaryMetadata[2].Unpack<Protos.CgroupUsage>();
            Assert.True(usage.UserTime.ToTimeSpan() + usage.SystemTime.ToTimeSpan() > TimeSpan.Zero, usage.ToString());
            Assert.Empty(cgroup.Children);

            Protos.ExecuteResponse[] many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => worker.RunAsync(BusyboxRoot.Action(worker, "exit 0"))));
            Assert.All(many, static response => Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString()));
            Assert.Empty(cgroup.Children);
            Assert.DoesNotContain($"{worker.ProcessId}", cgroup.ProcessesOf()); // it was outside, and stays there
        }

        Assert.Empty(cgroup.Children);
    }

    [NeedsCgroupFact]
    public async Task CommandNotFound_OrCancelled_LeavesNone()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.Start("--cgroup", cgroup.Path);
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "", command => command.Arguments[0] = "no-such-tool"));
        Assert.Equal(127, response.Result.ExitCode);

        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        string name = await ServedWorker.RunningAsync(call);
        Assert.Single(cgroup.Children);
        await worker.CancelAsync(name);
        Assert.Equal((int)StatusCode.Cancelled, (await ServedWorker.EndAsync(call)).Status.Code);
        await Wait.UntilAsync(() => cgroup.Children.Length == 0, "the cancelled action's cgroup is gone");
    }

    [NeedsCgroupFact]
    public async Task DelegatedOwn_TheDaemonMovesIntoALeafAndBack()
    {
        using TestCgroup cgroup = new();
        cgroup.Delegate();
        await using (ServedWorker worker = ServedWorker.StartIn(cgroup.Path))
        {
            Assert.Equal(["vroot-daemon"], cgroup.Children);
            Assert.Equal([$"{worker.ProcessId}"], cgroup.ProcessesOf("vroot-daemon"));
            Assert.Empty(cgroup.ProcessesOf());

            using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "until test -e /go; do sleep 0.1; done; echo ran"));
            await ServedWorker.RunningAsync(call);
            Assert.Equal(["vroot-action-1", "vroot-daemon"], cgroup.Children);
            File.Create(Path.Combine(worker.OnlyRoot, "go")).Dispose();
            Assert.Equal("ran\n", (await ServedWorker.EndAsync(call)).Result.StdoutRaw.ToStringUtf8());

            using TestDirectory other = new();
            ProcessOutcome second = ChildProcess.Run(ServedWorker.Command(other, "--cgroup", cgroup.Path), ServedWorker.Patience);
            Assert.Equal(125, second.ExitCode);
            Assert.Contains($"another vroot uses the cgroup {cgroup.Path}", second.Error, StringComparison.Ordinal);
        }

        Assert.Empty(cgroup.Children);
    }

    [NeedsCgroupFact]
    public async Task OwnThatIsNotDelegated_IsLeftAlone()
    {
        using TestCgroup cgroup = new();
        await using ServedWorker worker = ServedWorker.StartIn(cgroup.Path, "--memory", "512M");
        Assert.Equal("ran\n", (await worker.RunAsync(BusyboxRoot.Action(worker, "echo ran"))).Result.StdoutRaw.ToStringUtf8());
        Assert.Empty(cgroup.Children);
        Assert.Contains("not enforced", worker.Log, StringComparison.Ordinal);
    }

    [NeedsCgroupFact]
    public async Task KilledDaemon_WhatItLeftIsKilledAndRemoved()
    {
        using TestCgroup cgroup = new();
        cgroup.Delegate();
        await using ServedWorker worker = ServedWorker.StartIn(cgroup.Path);
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(BusyboxRoot.Action(worker, "sleep 1000"));
        await ServedWorker.RunningAsync(call);

        // A process that does not die with the daemon, deep in the action's cgroup, and frozen.
        Directory.CreateDirectory(Path.Combine(cgroup.Path, "vroot-action-1/below"));
        using ChildProcess left = ChildProcess.Start(new ProcessCommand("/bin/busybox", ["sleep", "100000"]));
        cgroup.Write("vroot-action-1/below/cgroup.procs", $"{left.Id}");
        cgroup.Write("vroot-action-1/cgroup.freeze", "1");
        worker.Kill();
        worker.WaitForExit();
        Assert.Contains("vroot-action-1", cgroup.Children);
        Assert.False(left.HasExited);

        await using ServedWorker next = worker.StartAgain("--cgroup", cgroup.Path);
        Assert.Equal(137, left.WaitForExit(ServedWorker.Patience).ExitCode);
        Assert.Empty(cgroup.Children);
        Assert.Equal("again\n", (await next.RunAsync(BusyboxRoot.Action(next, "echo again"))).Result.StdoutRaw.ToStringUtf8());
    }

    [NeedsCgroupFact]
    public void LimitWithoutItsController_IsRefused()
    {
        using TestCgroup cgroup = new();
        using TestDirectory directory = new();
        string[] there = File.ReadAllText(Path.Combine(cgroup.Path, "cgroup.controllers")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. new[] { "memory", "cpu", "pids" }.Except(there)];
        ProcessOutcome outcome = ChildProcess.Run(
            ServedWorker.Command(directory, "--cgroup", cgroup.Path, "--pids", "100", "--memory", "1G", "--cpus", "1", "--listen", "unix:/proc/no/such/socket"), ServedWorker.Patience);

        // Where all are there, the next fault is met.
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains(missing.Length == 0 ? "/proc/no/such/socket" : $"no controller {string.Join(" and no ", missing)}", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(cgroup.Children);
        Assert.Empty(MountTable.Below(directory.Path));
    }

    [NeedsFuseTheory]
    [InlineData(125, "is no cgroup of version 2", "--cgroup", "/tmp")]
    [InlineData(125, "is no cgroup of version 2", "--cgroup", "/no/such/cgroup")]
    [InlineData(2, "absolute path", "--cgroup", "some/cgroup")]
    [InlineData(2, "--pids", "--pids", "0")]
    [InlineData(2, "--pids", "--pids", "many")]
    [InlineData(2, "--cgroup is off", "--pids", "10", "--cgroup", "off")]
    public void Options_ThatCannotBe_AreRefused(int status, string expected, params string[] options)
    {
        using TestDirectory directory = new();
        ProcessOutcome outcome = ChildProcess.Run(ServedWorker.Command(directory, options), ServedWorker.Patience);
        Assert.Equal(status, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(MountTable.Below(directory.Path));
    }
}
