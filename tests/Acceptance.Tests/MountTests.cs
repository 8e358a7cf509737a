using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests;

/// <summary><c>vroot mount</c>: root mounts directly, an ordinary user by fusermount3 (a mount in a namespace would be seen by nobody).</summary>
[Collection(MountingCollection.Name)]
public sealed class MountTests(Machine machine)
{
    private const string FuserMount = "/usr/bin/fusermount3";
    private const string Hashes = "find . -xdev -path ./proc -prune -o -path ./dev -prune -o -path ./sys -prune -o -type f -exec sha256sum {} + | LC_ALL=C sort -k2";
    private const string Entries = "find . -mindepth 1 -path ./proc -prune -o -path ./dev -prune -o -path ./sys -prune -o -path ./tmp -prune -o -printf '%P %y %l\\n' | LC_ALL=C sort";

    [NeedsFuseTheory(FuserMount), BothPrivileges]
    public void Foreground_UntilUnmount_ShowsTheWholeTree(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        string source = machine.SmallRoot.Tree.Path;

        Assert.Equal(mounted.Point + "\n", mounted.Daemon.Output.Text);
        mounted.Look("/usr/bin/ls", "-lR", ".").Expect();
        Assert.Equal(Shell(source, Hashes), mounted.Look("/bin/sh", "-c", Hashes).Expect().Output);
        Assert.Equal(Shell(source, Entries), mounted.Look("/bin/sh", "-c", Entries).Expect().Output);
        Assert.Equal("755\n", mounted.Look("/usr/bin/stat", "-c", "%a", "bin/busybox").Expect().Output.Replace("555", "755", StringComparison.Ordinal));

        mounted.Unmount();
        mounted.User.AssertNothingLeft();
        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted.Point));
    }

    [NeedsFuseTheory(FuserMount), BothPrivileges]
    public void Background_ReturnsWhenReady_AndUnmountEndsTheDaemon(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string point = user.Files.Create("mnt", user.Uid);

        ProcessOutcome outcome = user.Invoke("mount", "--background", machine.SmallRoot.Digest, point);

        Assert.Equal(point + "\n", outcome.Expect().Output);
        Assert.Equal("hello\n", ChildProcess.Run(user.Program("/usr/bin/cat", point + "/data/hello.txt"), TimeSpan.FromSeconds(60)).Expect().Output);
        ChildProcess.Run(user.Plain("unmount", point), TimeSpan.FromSeconds(60)).Expect();
        Assert.Empty(MountTable.Below(user.Files.Path));
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory(FuserMount), BothPrivileges]
    public void Unmount_FromOutside_EndsTheDaemon(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        ChildProcess.Run(mounted.User.Program(FuserMount, "-u", mounted.Point), TimeSpan.FromSeconds(60)).Expect();
        Assert.Equal(0, mounted.Daemon.WaitForExit(TimeSpan.FromSeconds(60)).ExitCode);
        mounted.User.AssertNothingLeft();
    }

    [NeedsFuseTheory(FuserMount), BothPrivileges]
    public void TwoMounts_OneUnmounted_TheOtherGoesOn(Privilege privilege)
    {
        using MountedByTool first = new(machine, privilege, machine.SmallRoot);
        using MountedByTool second = new(machine, privilege, machine.SmallRoot);
        first.Unmount();
        Assert.Equal("hello\n", second.Look("/usr/bin/cat", "data/hello.txt").Expect().Output);
        second.Unmount();
    }

    [NeedsFuseTheory(FuserMount), BothPrivileges]
    public void Mount_OnSomethingThatIsNoDirectory_SaysSo(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Invoke("mount", machine.SmallRoot.Digest, user.Files["no-such-directory"]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("no-such-directory", Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static string Shell(string directory, string script) =>
        ChildProcess.Run(new ProcessCommand("/bin/sh", ["-c", script]) { WorkingDirectory = directory }, TimeSpan.FromSeconds(60)).Expect().Output;
}
