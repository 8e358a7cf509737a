using System.Globalization;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>Processes that have ended and whose parents do not ask.</summary>
public sealed class EndedProcessTests
{
    private const uint Stranger = 12345;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(0u)]
    [InlineData(Stranger)]
    public void Zombie_OfTheSameUser_TellsItsStateAndHasNothingElse(uint uid)
    {
        using SpecialFixture fixture = new();
        using ChildProcess parent = WithZombie(uid, out int zombie);
        Caller caller = SpecialFixture.As(parent.Id, uid, uid);
        Assert.Contains($"{zombie}", fixture.List(caller, "proc"));
        Assert.Contains("\nState:\tZ (zombie)\n", fixture.ReadFile(caller, $"proc/{zombie}/status"), StringComparison.Ordinal);
        Assert.Equal("Z", fixture.ReadFile(caller, $"proc/{zombie}/stat").Split(' ')[2]);
        Assert.Equal("", fixture.ReadFile(caller, $"proc/{zombie}/cmdline"));
        Assert.Equal("", fixture.ReadFile(caller, $"proc/{zombie}/maps"));
        foreach (string link in (string[])["exe", "cwd", "root"])
        {
            Assert.Equal((link, Errno.ENOENT), (link, fixture.LinkErrno(caller, $"proc/{zombie}/{link}")));
        }
    }

    [Fact]
    public void Zombie_OfAnotherUser_IsDenied()
    {
        using SpecialFixture fixture = new();
        using ChildProcess parent = WithZombie(0, out int zombie);
        using ChildProcess stranger = ChildProcess.StartScript(
            "echo ready; exec sleep 60", out _, "sh", "setpriv", $"--reuid={Stranger}", $"--regid={Stranger}", "--clear-groups");
        Assert.Equal(Errno.EACCES, fixture.OpenErrno(SpecialFixture.As(stranger.Id, Stranger, Stranger), $"proc/{zombie}/status"));
    }

    [Fact]
    public void Process_Ended_IsGone()
    {
        using SpecialFixture fixture = new();
        Caller caller = SpecialFixture.As(Environment.ProcessId);
        ChildProcess child = ChildProcess.Start("sleep", "60");
        int pid = child.Id;
        Assert.Equal(Errno.Success, fixture.Walk(caller, $"proc/{pid}/status", out _));
        child.Dispose();
        Assert.Equal(Errno.ENOENT, fixture.Walk(caller, $"proc/{pid}", out _));
        Assert.DoesNotContain($"{pid}", fixture.List(caller, "proc"));
    }

    /// <summary>That a caller lives is looked at once in a request, and again in the next, also where the number has a pin.</summary>
    [Fact]
    public void Caller_EndedBeforeItsNextRequest_IsNobody()
    {
        using SpecialFixture fixture = new();
        ChildProcess child = ChildProcess.Start("sleep", "60");
        Caller first = SpecialFixture.As(child.Id) with { Request = 2 };
        SpecialLink self = Assert.IsAssignableFrom<SpecialLink>(fixture.Get(first, "proc/self"));
        Assert.Equal($"{first.ThreadId}", fixture.ReadLink(first, self));
        child.Dispose();
        Assert.Equal($"{first.ThreadId}", fixture.ReadLink(first, self));
        Assert.Equal(Errno.ENOENT, self.ReadLink(first with { Request = 4 }, new byte[64], out _));
        Assert.Equal(Errno.ENOENT, self.ReadLink(first with { Request = 0 }, new byte[64], out _));
    }

    /// <summary>An open file is read in requests of their own, each of which looks whether the opener lives.</summary>
    [Theory]
    [InlineData("sys/fs/cgroup/cgroup.procs", "")]
    [InlineData("sys/fs/cgroup/pids.current", "0\n")]
    public void GeneratedFile_OpenerEndedSinceTheLastRead_TellsOfNobody(string path, string afterwards)
    {
        using SpecialFixture fixture = new();
        using ChildProcess first = ChildProcess.StartScript("sleep 600 & echo $!; wait; echo ended; cat", out string member);
        fixture.Tree.SetActionInit(first.Id);
        int opener = int.Parse(member, CultureInfo.InvariantCulture);
        using SpecialHandle handle = fixture.Open(SpecialFixture.As(opener) with { Request = 2 }, path);
        string before = SpecialFixture.ReadFile(handle);
        Assert.Equal(before.Length == 2 ? "2\n" : string.Concat(new[] { first.Id, opener }.Order().Select(pid => $"{pid}\n")), before);
        Assert.Equal(0, Syscall.Kill(opener, 15));
        Assert.Equal("ended", first.Output.ReadLine());
        Assert.Equal(afterwards, SpecialFixture.ReadFile(handle));
    }

    /// <summary>A shell's child that ends becomes a zombie of the program that the shell turns into.</summary>
    private static ChildProcess WithZombie(uint uid, out int zombie)
    {
        string[] before = uid == 0 ? [] : ["setpriv", $"--reuid={uid}", $"--regid={uid}", "--clear-groups"];
        ChildProcess parent = ChildProcess.StartScript("sleep 0.1 & echo $!; exec sleep 60", out string pid, "bash", before);
        zombie = int.Parse(pid, CultureInfo.InvariantCulture);
        int ended = zombie;
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{ended}/stat").Contains(") Z ", StringComparison.Ordinal), s_patience));
        return parent;
    }
}
