using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Faults;

/// <summary>What a CAS answers is hostile until checked: EIO for the process, a line for the user, nothing cached, other roots unharmed.</summary>
[Collection(MountingCollection.Name)]
public sealed class HostileContentTests(Machine machine, HostileCasFixture fixture) : IClassFixture<HostileCasFixture>
{
    private static readonly string[] s_directories =
    [
        "dot", "dotdot", "dotdot-directory", "dotdot-symlink", "slash", "nul", "empty-name", "duplicate", "duplicate-kinds", "unsorted", "long-name",
        "short-hash", "odd-hash", "negative-size", "not-protobuf", "directory-of-wrong-size", "directory-of-other-bytes", "missing-directory",
        "lists-itself", "lists-itself-sized",
    ];

    private static readonly string[] s_files = ["file-of-wrong-size", "file-of-other-bytes", "file-cut-short", "missing-file", "large-of-other-bytes"];

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void BadDirectory_Listed_IsEio(Privilege privilege)
    {
        foreach ((string name, ProcessOutcome outcome) in RunAllWithARootBeside(privilege, s_directories, name => ["/bin/busybox", "cat", $"/{name}/x"]))
        {
            AssertRefused(outcome, name);
        }
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void BadFile_Read_IsEio(Privilege privilege)
    {
        foreach ((string name, ProcessOutcome outcome) in RunAllWithARootBeside(privilege, s_files, name => ["/bin/busybox", "cat", "/" + name]))
        {
            AssertRefused(outcome, name);
            Assert.DoesNotContain("wrong bytes", outcome.Output, StringComparison.Ordinal);
        }
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void BadInput_OfACommandThatIgnoresIt_IsNoSuccess(Privilege privilege)
    {
        using VRootUser user = NewUser(privilege);
        ProcessOutcome outcome = Run(user, "content", "/bin/busybox", "sh", "-c", "/bin/busybox cat /file-of-other-bytes; true");
        Assert.Equal(125, outcome.ExitCode);
        Assert.Contains(Hash("file-of-other-bytes"), outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void BadRoot_IsRefusedWithoutAMount(Privilege privilege)
    {
        using VRootUser user = NewUser(privilege);
        // Each of them goes through the same decoder as above; four stand for all at the root itself.
        foreach (string name in (string[])["root-dotdot", "root-directory-of-wrong-size", "root-missing-directory", "root-lists-itself-sized"])
        {
            ProcessOutcome outcome = Run(user, name, "/bin/busybox", "true");
            Assert.Equal(125, outcome.ExitCode);
            string line = Assert.Single(outcome.Error.TrimEnd().Split('\n'));
            Assert.Contains(fixture.Cas.Root(name).Split('/')[0], line, StringComparison.Ordinal);
        }

        user.AssertNothingLeft();
    }

    private List<(string Name, ProcessOutcome Outcome)> RunAllWithARootBeside(Privilege privilege, IEnumerable<string> names, Func<string, string[]> command)
    {
        using VRootUser user = NewUser(privilege);
        using VRootUser neighbour = new(machine, privilege);
        using ChildProcess beside = neighbour.StartRun(machine.SmallRoot, [], "/bin/sh", "-c", "echo ready; while test ! -e /tmp/never; do cat /data/hello.txt >/tmp/copy || exit 3; sleep 0.1; done");
        beside.WaitForOutput("ready", TimeSpan.FromSeconds(60));
        List<(string, ProcessOutcome)> outcomes = [];
        foreach (string name in names)
        {
            outcomes.Add((name, Run(user, "content", command(name))));
            BlobFiles.AssertAbsent(user.Cache, fixture.Cas.Blob(name));
        }

        BlobFiles.AssertIntact(user.Cache);
        user.AssertNothingLeft();
        Assert.False(beside.HasExited, beside.Error.Text);
        return outcomes;
    }

    private void AssertRefused(ProcessOutcome outcome, string name)
    {
        Assert.True(outcome.ExitCode != 0, $"{name}: {outcome}");
        Assert.True(outcome.Error.Contains("Input/output error", StringComparison.Ordinal), $"{name}: {outcome}");
        string[] lines = [.. outcome.Error.Split('\n').Where(line => line.StartsWith("vroot: ", StringComparison.Ordinal))];
        Assert.True(lines.Length == 1 && (lines[0].Contains(Hash(name), StringComparison.Ordinal) || lines[0].Contains("/" + name, StringComparison.Ordinal)), $"{name}: {outcome}");
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    private string Hash(string name) => fixture.Cas.Blob(name).Split('/')[0];

    private VRootUser NewUser(Privilege privilege) => new(machine, privilege) { Cas = fixture.Cas.Address };

    private ProcessOutcome Run(VRootUser user, string root, params string[] command) =>
        ChildProcess.Run(user.RunCommand(fixture.Cas.Root(root), [], command), TimeSpan.FromSeconds(60));
}
