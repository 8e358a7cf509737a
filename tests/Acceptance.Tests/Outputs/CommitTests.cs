using System.Text.Json;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary><c>vroot commit</c> of a root that another process serves.</summary>
[Collection(MountingCollection.Name)]
public sealed class CommitTests(Machine machine, OutputRoot root) : IClassFixture<OutputRoot>
{
    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void Commit_OfTheRoot_PrintsTheNextRoot(Privilege privilege)
    {
        PushedRoot pushed = root.In(machine);
        using MountedByTool mounted = new(machine, privilege, pushed);
        VRootUser user = mounted.User;
        Assert.Equal(pushed.Digest + "\n", Commit(user, mounted.Point).Expect().Output);

        mounted.Look("/bin/busybox", "sh", "-c", "echo new >src/made; rm src/small; mkdir -p a/b; ln -s ../made a/b/l").Expect();
        string digest = Commit(user, mounted.Point).Expect().Output.Trim();
        ProcessOutcome next = user.Run(pushed with { Digest = digest }, "/bin/sh", "-c", "/bin/busybox cat /src/made; /bin/busybox readlink /a/b/l; test ! -e /src/small");
        Assert.Equal("new\n../made\n", next.Expect().Output);

        mounted.Look("/bin/busybox", "sh", "-c", "echo more >>src/made").Expect();
        Assert.NotEqual(digest, Commit(user, mounted.Point).Expect().Output.Trim());
        mounted.Unmount();
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void Commit_OfOutputs_TellsTheResultAndEachDigest(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, root.In(machine));
        VRootUser user = mounted.User;
        mounted.Look("/bin/busybox", "sh", "-c", "mkdir -p src/out; echo x >src/out/f; chmod 750 src/out/f").Expect();
        string result = Path.Combine(user.Home, "result");

        string printed = Commit(user, mounted.Point, "--workdir", "/src", "--output", "out", "--output", "small", "--output", "missing", "--root", "--node-property", "unix_mode", "--result", result).Expect().Output;

        JsonElement told = OutputRun.Read(machine.Cas, result);
        Assert.Equal("a small input\n", told.GetProperty("files").GetProperty("small").GetProperty("content").GetString());
        JsonElement output = told.GetProperty("directories").GetProperty("out");
        Assert.Equal("750", output.GetProperty("entries").GetProperty("f").GetProperty("unix_mode").GetString());
        string[] lines = printed.TrimEnd().Split('\n');
        Assert.Equal(["small", "out", "."], lines.Select(line => line.Split("  ")[1]));
        Assert.Equal(output.GetProperty("root").GetString(), lines[1].Split("  ")[0]);
        Assert.Equal("x\n", user.Invoke("cat", lines[2].Split("  ")[0], "/src/out/f").Expect().Output);
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void Commit_Refusals_AreOneLineAndLeaveTheMountAlone(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, root.In(machine));
        VRootUser user = mounted.User;
        mounted.Look("/bin/busybox", "mkfifo", "src/pipe").Expect();
        Assert.Contains("is a FIFO", OneLine(Commit(user, mounted.Point, "--output", "src").Expect(125)), StringComparison.Ordinal);
        Assert.Contains("leads out of the root", OneLine(Commit(user, mounted.Point, "--output", "../x").Expect(2)), StringComparison.Ordinal);
        Assert.Contains("nothing is mounted", OneLine(Commit(user, user.Home).Expect(125)), StringComparison.Ordinal);
        Assert.Contains("not one of vroot", OneLine(Commit(user, "/proc").Expect(125)), StringComparison.Ordinal);
        Assert.Equal("a small input\n", mounted.Look("/bin/busybox", "cat", "src/small").Expect().Output);

        using VRootUser other = new(machine, Privilege.User);
        if (privilege == Privilege.Root)
        {
            Assert.NotEqual(0, Commit(other, mounted.Point).ExitCode);
        }
    }

    private static ProcessOutcome Commit(VRootUser user, string point, params string[] options) =>
        ChildProcess.Run(user.Plain(["commit", point, .. options]), TimeSpan.FromSeconds(60));

    private static string OneLine(ProcessOutcome outcome) => Assert.Single(outcome.Error.TrimEnd().Split('\n'));
}
