using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Lifecycle;

/// <summary>The daemon dies in the middle: the action with it, and the next start finds nothing in its way.</summary>
[Collection(MountingCollection.Name)]
public sealed class DaemonDeathTests(Machine machine)
{
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;

    // It reads an input that is not cached yet, so that a fetch is under way when the signal comes, and never ends by itself.
    private const string Busy = "trap '' HUP; echo ready; sha256sum /data/large.bin >/dev/null; while true; do cat /data/hello.txt >/tmp/copy; sleep 0.02; done";

    [NeedsFuseTheory, BothPrivileges]
    public void Run_Terminated_EndsEverything(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        using ChildProcess run = user.StartRun(machine.SmallRoot, [], "/bin/sh", "-c", Busy);
        run.WaitForOutput("ready", TimeSpan.FromSeconds(60));

        run.Signal(SIGTERM);

        Assert.Equal(128 + SIGTERM, run.WaitForExit(TimeSpan.FromSeconds(60)).ExitCode);
        user.AssertNothingLeft();
        AssertUsable(user);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_Killed_ActionDiesAndTheNextStartCleansUp(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        using ChildProcess run = user.StartRun(machine.SmallRoot, [], "/bin/sh", "-c", Busy);
        run.WaitForOutput("ready", TimeSpan.FromSeconds(60));

        Kill(run);

        Assert.Empty(ProcessTable.FindAfter(user.Files.Path, TimeSpan.FromSeconds(60)));
        AssertUsable(user);
        Assert.Empty(MountTable.Below(user.Files.Path));
        Assert.Empty(PrivateFolders(user));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Run_KilledWhileStarting_LeavesNothingBehind(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        for (int delay = 0; delay <= 400; delay += 50)
        {
            using ChildProcess run = user.StartRun(machine.SmallRoot, [], "/bin/sh", "-c", Busy);
            run.Output.WaitFor(_ => false, TimeSpan.FromMilliseconds(delay));
            Kill(run);
        }

        Assert.Empty(ProcessTable.FindAfter(user.Files.Path, TimeSpan.FromSeconds(60)));
        AssertUsable(user);
        Assert.Empty(MountTable.Below(user.Files.Path));
        Assert.Empty(PrivateFolders(user));
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Mount_Terminated_Unmounts(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        mounted.Daemon.Signal(SIGTERM);
        mounted.Daemon.WaitForExit(TimeSpan.FromSeconds(60));
        Assert.Empty(MountTable.Below(mounted.User.Files.Path));
        mounted.User.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Mount_Killed_TheNextMountOnTheSameDirectoryWorks(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        Kill(mounted.Daemon);

        mounted.MountAgain();

        Assert.Equal("hello\n", mounted.Look("/usr/bin/cat", "data/hello.txt").Expect().Output);
        mounted.Unmount();
        Assert.Empty(MountTable.Below(mounted.User.Files.Path));
        Assert.Empty(PrivateFolders(mounted.User));
    }

    private static void Kill(ChildProcess daemon)
    {
        daemon.Signal(SIGKILL);
        Assert.Equal(128 + SIGKILL, daemon.WaitForExit(TimeSpan.FromSeconds(60)).ExitCode);
    }

    private void AssertUsable(VRootUser user)
    {
        Assert.Equal("hello\n", user.Run(machine.SmallRoot, "/bin/cat", "/data/hello.txt").Expect().Output);
        BlobFiles.AssertIntact(user.Cache);
    }

    /// <summary>The folders that daemons keep for themselves, which go with them: mount points and what actions wrote.</summary>
    private static IEnumerable<string> PrivateFolders(VRootUser user) =>
        Directory.EnumerateDirectories(user.Files.Path, "vroot-*", SearchOption.AllDirectories).Concat(Directory.EnumerateDirectories(user.Files.Path, "scratch-*", SearchOption.AllDirectories));
}
