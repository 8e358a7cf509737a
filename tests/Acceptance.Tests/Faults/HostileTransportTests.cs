using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Faults;

/// <summary>A CAS behind a wire that lies, breaks or falls silent.</summary>
[Collection(MountingCollection.Name)]
public sealed class HostileTransportTests(Machine machine, HostileCasFixture fixture) : IClassFixture<HostileCasFixture>
{
    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void TwoGibibytePrefix_IsRefusedBeforeMemoryIsSpent(Privilege privilege)
    {
        using FaultyWire wire = new(fixture.Cas.Port);
        ReadAndFail(privilege, wire.Address, "huge-prefix");
        Assert.InRange(wire.HugePrefixes, 1, 20);
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void ResetInTheMiddleOfABlob_Always_IsEio(Privilege privilege)
    {
        using FaultyWire wire = new(fixture.Cas.Port);
        ReadAndFail(privilege, wire.Address, "reset");
        Assert.InRange(wire.Resets, 1, 1000);
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void ResetInTheMiddleOfABlob_Once_IsResumed(Privilege privilege)
    {
        using FaultyWire wire = new(fixture.Cas.Port);
        using VRootUser user = new(machine, privilege) { Cas = wire.Address };
        ProcessOutcome outcome = ChildProcess.Run(user.RunCommand(fixture.Cas.Root("transport"), [], "/bin/busybox", "sha256sum", "/reset-once"), TimeSpan.FromSeconds(60));
        Assert.Equal(fixture.Cas.Blob("reset-once").Split('/')[0] + "  /reset-once\n", outcome.Expect().Output);
        Assert.Equal(1, wire.Resets);
        BlobFiles.AssertIntact(user.Cache);
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void CasThatHangs_IsGivenUp(Privilege privilege) => ReadAndFail(privilege, fixture.Cas.Address, "hang");

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void CasThatHangs_Interrupted_LetsTheProcessGo(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege) { Cas = fixture.Cas.Address };

        // Not cat: its sendfile(2) holds the lock of the pipe that it writes to while it waits for the file's pages, and
        // whoever would read "ready" from that pipe waits with it.
        using ChildProcess run = ChildProcess.Start(user.RunCommand(fixture.Cas.Root("transport"), [], "/bin/busybox", "sh", "-c", "echo ready; exec /bin/busybox sha256sum /hang"));
        run.WaitForOutput("ready", TimeSpan.FromSeconds(60));
        Thread.Sleep(300); // it is in read(2) then, or about to be: both must end

        run.Signal(15);

        ProcessOutcome outcome = run.WaitForExit(TimeSpan.FromSeconds(60));
        Assert.Equal(143, outcome.ExitCode);
        user.AssertNothingLeft();
    }

    private ProcessOutcome ReadAndFail(Privilege privilege, string address, string name)
    {
        using VRootUser user = new(machine, privilege) { Cas = address };
        using VRootUser neighbour = new(machine, privilege);
        using ChildProcess beside = neighbour.StartRun(machine.SmallRoot, [], "/bin/sh", "-c", "echo ready; while cat /data/hello.txt >/tmp/copy; do sleep 0.1; done");
        beside.WaitForOutput("ready", TimeSpan.FromSeconds(60));

        ProcessOutcome outcome = ChildProcess.Run(user.RunCommand(fixture.Cas.Root("transport"), ["--cas-timeout", "3s"], "/bin/busybox", "cat", "/" + name), TimeSpan.FromSeconds(60));

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("Input/output error", outcome.Error, StringComparison.Ordinal);
        string line = Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("vroot: ", StringComparison.Ordinal));
        Assert.Contains(fixture.Cas.Blob(name).Split('/')[0], line, StringComparison.Ordinal);
        BlobFiles.AssertAbsent(user.Cache, fixture.Cas.Blob(name));
        BlobFiles.AssertIntact(user.Cache);
        user.AssertNothingLeft();
        Assert.False(beside.HasExited, beside.Error.Text);
        return outcome;
    }
}
