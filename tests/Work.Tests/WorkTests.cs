using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Work.Tests.Support;

namespace VirtualRoot.Work.Tests;

/// <summary>
/// Real work in the virtual root and in a plain chroot of the same tree: what the commands print and every name, mode, owner, link and byte
/// that they leave must be equal. What cannot be equal (a time, a random number) stands in the job's script, with its reason.
/// </summary>
public sealed class WorkTests(WorkMachine machine) : IClassFixture<WorkMachine>
{
    [NeedsFuseTheory("/usr/bin/git", "/usr/bin/make", "/usr/bin/cmake", "/usr/bin/ninja", "/usr/bin/sqlite3", "/usr/bin/rsync", "/usr/bin/npm", "/usr/bin/javac", "/usr/lib/go")]
    [InlineData("untar", Privilege.Root, 16_000)]
    [InlineData("untar", Privilege.User, 16_000)]
    [InlineData("git", Privilege.Root, 4_000)]
    [InlineData("git", Privilege.User, 4_000)]
    [InlineData("make", Privilege.Root, 150)]
    [InlineData("make", Privilege.User, 150)]
    [InlineData("cmake", Privilege.Root, 60)]
    [InlineData("go", Privilege.Root, 9)]
    [InlineData("javac", Privilege.Root, 200)]
    [InlineData("npm", Privilege.Root, 400)]
    [InlineData("compileall", Privilege.Root, 300)]
    [InlineData("sqlite", Privilege.Root, 3)]
    [InlineData("sqlite", Privilege.User, 3)]
    [InlineData("dpkg-deb", Privilege.Root, 2_000)]
    [InlineData("rsync", Privilege.Root, 2_000)]
    [InlineData("tar", Privilege.Root, 30)]
    [InlineData("tar", Privilege.User, 30)]
    public async Task Job_InTheVirtualRoot_LeavesWhatItLeavesInAPlainChroot(string job, Privilege privilege, int atLeastNames)
    {
        Task<ProcessOutcome> plain = Task.Run(() => machine.InPlainChroot(privilege, job));
        ProcessOutcome actual = await Task.Run(() => machine.InVirtualRoot(privilege, job));
        string[] expected = (await plain).Expect().Output.Split('\n');
        string[] lines = actual.Expect().Output.Split('\n');
        string[] only = [.. expected.Except(lines).Select(line => "- " + line).Concat(lines.Except(expected).Select(line => "+ " + line)).Take(40)];
        Assert.True(only.Length == 0, $"{job}: only in the plain chroot (-), only in the virtual root (+):\n{string.Join('\n', only)}");
        Assert.Equal(expected, lines);
        Assert.True(lines.Length >= atLeastNames, $"{job} left only {lines.Length} lines, not {atLeastNames}: it has done nothing");
    }
}
