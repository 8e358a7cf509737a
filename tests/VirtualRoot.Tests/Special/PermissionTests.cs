using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Testing;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>Another user's processes, and those that are not dumpable.</summary>
public sealed class PermissionTests
{
    private const uint Stranger = 12345;

    private static readonly string[] s_files = ["status", "stat", "statm", "cmdline", "comm", "maps", "environ", "limits", "cgroup", "mounts", "mountinfo", "auxv", "smaps", "smaps_rollup", "io", "personality", "schedstat", "oom_score"];

    [Fact]
    public void OtherUser_ReadsNothingOfRoots()
    {
        using SpecialFixture fixture = new();
        using ChildProcess target = ChildProcess.Start("sleep", "60");
        using ChildProcess stranger = AsStranger("sleep");
        AssertDenied(fixture, SpecialFixture.As(stranger.Id, Stranger, Stranger), target.Id);
    }

    [Fact]
    public void SameUser_ReadsItsOther()
    {
        using SpecialFixture fixture = new();
        using ChildProcess target = AsStranger("sleep");
        using ChildProcess stranger = AsStranger("sleep");
        Caller caller = SpecialFixture.As(stranger.Id, Stranger, Stranger);
        Assert.Equal(target.ReadLink("exe"), fixture.ReadLink(caller, $"proc/{target.Id}/exe"));
        Assert.Equal(File.ReadAllText($"/proc/{target.Id}/environ"), fixture.ReadFile(caller, $"proc/{target.Id}/environ"));
        Assert.Equal(Errno.Success, fixture.Get(caller, $"proc/{target.Id}/environ").GetAttributes(caller, out NodeAttributes attributes));
        Assert.Equal((Stranger, Stranger, 0x100u), (attributes.Uid, attributes.Gid, attributes.Permissions));
    }

    [Fact]
    public void SameUser_OfATargetThatIsNotDumpable_ReadsNothing()
    {
        string program = Path.Combine(Path.GetTempPath(), $"vroot-sleep-{Environment.ProcessId}");
        File.Copy(new FileInfo("/bin/sleep").ResolveLinkTarget(true)?.FullName ?? "/bin/sleep", program, overwrite: true);
        try
        {
            // A program that its user may run and not read is not dumpable.
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            using SpecialFixture fixture = new();
            using ChildProcess target = AsStranger(program);
            using ChildProcess stranger = AsStranger("sleep");
            Caller caller = SpecialFixture.As(stranger.Id, Stranger, Stranger);
            AssertDenied(fixture, caller, target.Id);

            // Its own files it may read, as on procfs; and root may.
            Assert.Equal(program, fixture.ReadLink(SpecialFixture.As(target.Id, Stranger, Stranger), "proc/self/exe"));
            Assert.Equal(program, fixture.ReadLink(SpecialFixture.As(Environment.ProcessId), $"proc/{target.Id}/exe"));
        }
        finally
        {
            File.Delete(program);
        }
    }

    [Fact]
    public void RootWithoutCapabilities_OfAStranger_ReadsNothing()
    {
        using SpecialFixture fixture = new();
        using ChildProcess target = AsStranger("sleep");
        using ChildProcess caller = ChildProcess.StartScript("echo ready; exec sleep 600", out _, "sh", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
        AssertDenied(fixture, SpecialFixture.As(caller.Id), target.Id);
    }

    [Fact]
    public void CallerWithoutAPid_HasNoSelf()
    {
        using SpecialFixture fixture = new();
        Assert.Equal(Errno.ENOENT, fixture.LinkErrno(SpecialFixture.As(0), "proc/self"));
        Assert.Equal(Errno.ENOENT, fixture.Walk(SpecialFixture.As(0), "proc/1", out _));
        Assert.DoesNotContain(fixture.List(SpecialFixture.As(0), "proc"), static name => int.TryParse(name, out _));
        Assert.Equal(Errno.ENOENT, fixture.LinkErrno(SpecialFixture.As(int.MaxValue), "proc/self"));
    }

    [Fact]
    public void CallerWithoutAPid_IsToldOnceWithTheRemedy()
    {
        LogLines log = new();
        using SpecialFixture fixture = new(logger: log);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(Errno.ENOENT, fixture.LinkErrno(SpecialFixture.As(0), "proc/self"));
        }

        Assert.Contains("shareProcessNamespace", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void PidGivenAgain_IsAnotherNode()
    {
        using SpecialFixture fixture = new();
        ChildProcess first = ChildProcess.Start("sleep", "60");
        int pid = first.Id;
        SpecialNode node = fixture.Get(SpecialFixture.As(pid), $"proc/{pid}");
        SpecialLink exe = (SpecialLink)fixture.Get(SpecialFixture.As(pid), $"proc/{pid}/exe");
        SpecialHandle status = fixture.Open(SpecialFixture.As(pid), $"proc/{pid}/status");
        first.Dispose();
        Assert.Equal(Errno.ENOENT, fixture.LinkErrno(SpecialFixture.As(pid), "proc/self"));

        ChildProcess? second = null;
        for (int attempt = 0; attempt < 200 && second?.Id != pid; attempt++)
        {
            second?.Dispose();
            File.WriteAllText("/proc/sys/kernel/ns_last_pid", $"{pid - 1}");
            second = ChildProcess.Start("sleep", "60");
        }

        using (second)
        {
            Assert.Equal(pid, second!.Id);
            SpecialNode another = fixture.Get(SpecialFixture.As(pid), $"proc/{pid}");
            Assert.NotSame(node, another);
            Assert.NotEqual(node.Inode, another.Inode);
            Assert.Equal(Errno.ENOENT, exe.ReadLink(SpecialFixture.As(pid), new byte[4096], out _));
            Assert.Equal(Errno.ESRCH, status.Read(0, new byte[4096], out _));
            Assert.Equal(Errno.ENOENT, node.GetAttributes(SpecialFixture.As(pid), out _));
            Assert.Equal(second.ReadLink("exe"), fixture.ReadLink(SpecialFixture.As(pid), $"proc/{pid}/exe"));
        }
    }

    private static ChildProcess AsStranger(string program) => ChildProcess.StartScript(
        $"echo ready; exec {program} 60", out _, "sh", "setpriv", $"--reuid={Stranger}", $"--regid={Stranger}", "--clear-groups");

    private static void AssertDenied(SpecialFixture fixture, Caller caller, int target)
    {
        // exec follows "ready" by a moment, and the target is the shell until then.
        Wait.Until(() => File.ReadAllText($"/proc/{target}/comm").Contains("sleep", StringComparison.Ordinal), "it has become sleep");
        foreach (string link in (string[])["exe", "cwd", "root"])
        {
            Assert.Equal((link, Errno.EACCES), (link, fixture.LinkErrno(caller, $"proc/{target}/{link}")));
        }

        foreach (string file in s_files)
        {
            Assert.Equal((file, Errno.EACCES), (file, fixture.OpenErrno(caller, $"proc/{target}/{file}")));
        }

        Assert.Equal(Errno.EACCES, ((SpecialDirectory)fixture.Get(caller, $"proc/{target}/fd")).List(caller, []));
        Assert.Equal(Errno.EACCES, fixture.Walk(caller, $"proc/{target}/fd/0", out _));
        Assert.Equal(Errno.EACCES, fixture.Walk(caller, $"proc/{target}/fdinfo/0", out _));
    }
}
