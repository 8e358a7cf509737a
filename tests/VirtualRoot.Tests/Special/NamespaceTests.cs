using System.Diagnostics;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>An action in a PID namespace of its own, compared with the real /proc as read in that namespace.</summary>
public sealed class NamespaceTests : IDisposable
{
    private readonly SpecialFixture _fixture = new();
    private readonly ChildProcess _launcher;
    private readonly int _init;
    private readonly int _sleeper;

    public NamespaceTests()
    {
        _launcher = ChildProcess.StartScript("sleep 600 & echo $!; exec sleep 601", out string sleeper, "bash", "unshare", "-pf", "--mount-proc");
        Assert.Equal("2", sleeper);
        _init = Children(_launcher.Id).Single();
        _sleeper = Children(_init).Single(static pid => Status(pid, "NSpid").EndsWith("\t2", StringComparison.Ordinal));
        ChildProcess.WaitForSleep(_init);
        ChildProcess.WaitForSleep(_sleeper);
        _fixture.Tree.SetActionInit(_init);
    }

    private Caller Sleeper => SpecialFixture.As(_sleeper);

    [Fact]
    public void Self_InANamespace_IsTheNumberThere()
    {
        Assert.Equal("2", _fixture.ReadLink(Sleeper, "proc/self"));
        Assert.Equal("2/task/2", _fixture.ReadLink(Sleeper, "proc/thread-self"));
        Assert.Equal("1", _fixture.ReadLink(SpecialFixture.As(_init), "proc/self"));
        Assert.Same(_fixture.Get(Sleeper, "proc/2"), _fixture.Get(SpecialFixture.As(_init), "proc/2"));
        Assert.Same(_fixture.Get(Sleeper, "proc/2/task/2"), _fixture.Get(SpecialFixture.As(_init), "proc/2/task/2"));
    }

    [Fact]
    public void List_InANamespace_IsItsProcesses()
    {
        string[] expected = Inside("ls /proc").Split('\n').Where(static name => int.TryParse(name, out int pid) && pid < 3).ToArray();
        string[] found = _fixture.List(Sleeper, "proc").Where(static name => int.TryParse(name, out _)).ToArray();
        Assert.Equal(expected.Order(), found.Order());
        Assert.Equal(["1", "2"], found.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Status_InANamespace_HasItsNumbers(int pid)
    {
        string[] names = ["Tgid", "Pid", "PPid", "TracerPid", "NStgid", "NSpid", "NSpgid", "NSsid", "Name", "Uid", "Threads"];
        string[] Select(string status) => [.. status.Split('\n').Where(line => names.Contains(line.Split(':')[0]))];
        string[] real = Select(Inside($"cat /proc/{pid}/status"));
        Assert.Equal(names.Length, real.Length);
        Assert.Equal(real, Select(_fixture.ReadFile(Sleeper, $"proc/{pid}/status")));
        Assert.Equal(real, Select(_fixture.ReadFile(Sleeper, $"proc/{pid}/task/{pid}/status")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Stat_InANamespace_HasItsNumbers(int pid)
    {
        // pid (comm) state ppid pgrp session tty_nr tpgid
        string[] Select(string stat) => stat.Split(' ')[..8];
        Assert.Equal(Select(Inside($"cat /proc/{pid}/stat")), Select(_fixture.ReadFile(Sleeper, $"proc/{pid}/stat")));
        Assert.Equal(52, _fixture.ReadFile(Sleeper, $"proc/{pid}/stat").Split(' ').Length);
        Assert.EndsWith("\n", _fixture.ReadFile(Sleeper, $"proc/{pid}/stat"));
    }

    [Theory]
    [InlineData("cmdline")]
    [InlineData("comm")]
    [InlineData("limits")]
    [InlineData("environ")]
    [InlineData("maps")]
    [InlineData("fdinfo/0")]
    public void File_OfASleeper_IsTheRealOne(string name) =>
        Assert.Equal(Inside($"cat /proc/2/{name}"), _fixture.ReadFile(Sleeper, $"proc/2/{name}").TrimEnd('\n'));

    [Fact]
    public void Outsider_SeesOnlyItself()
    {
        Caller outsider = SpecialFixture.As(Environment.ProcessId);
        Assert.Equal($"{Environment.ProcessId}", _fixture.ReadLink(outsider, "proc/self"));
        Assert.Equal([$"{Environment.ProcessId}"], _fixture.List(outsider, "proc").Where(static name => int.TryParse(name, out _)));
        Assert.Equal(Errno.ENOENT, _fixture.Walk(outsider, $"proc/{_sleeper}", out _));
        Assert.Equal(Errno.ENOENT, _fixture.Walk(Sleeper, $"proc/{Environment.ProcessId}", out _));
    }

    [Fact]
    public void NodeOfTheAction_AskedByAnOutsider_TellsNothing()
    {
        SpecialLink exe = (SpecialLink)_fixture.Get(Sleeper, "proc/2/exe");
        Assert.Equal(Errno.ENOENT, exe.ReadLink(SpecialFixture.As(Environment.ProcessId), new byte[4096], out _));
    }

    [Fact]
    public void NestedNamespace_NumbersItsOwn()
    {
        using SpecialFixture fixture = new();
        using ChildProcess nested = ChildProcess.StartScript(
            "unshare -pf bash -c 'sleep 62 & echo $!; sleep 63'; true", out string inner, "bash", "unshare", "-pf", "--mount-proc");
        fixture.Tree.SetActionInit(Children(nested.Id).Single());
        Assert.Equal("2", inner);
        int nestedInit = Descendants(nested.Id).First(static pid => Status(pid, "NSpid").Split('\t') is [_, _, "1"]);
        int sleeper = Children(nestedInit).First(static pid => Status(pid, "NSpid").Split('\t') is [_, _, "2"]);
        Assert.Equal("2", fixture.ReadLink(SpecialFixture.As(sleeper), "proc/self"));
        Assert.Equal("2", Line(fixture.ReadFile(SpecialFixture.As(sleeper), "proc/self/status"), "NSpid"));
        Assert.Equal("1", Line(fixture.ReadFile(SpecialFixture.As(sleeper), "proc/1/status"), "NSpid"));
        Assert.Equal(["1", "2"], fixture.List(SpecialFixture.As(sleeper), "proc").Where(static name => int.TryParse(name, out _)).Order());
    }

    [Fact]
    public void SetActionInit_OfNoProcess_Throws() => Assert.Throws<ArgumentException>(() => _fixture.Tree.SetActionInit(int.MaxValue));

    public void Dispose()
    {
        _fixture.Dispose();
        _launcher.Dispose();
    }

    private static int[] Children(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static IEnumerable<int> Descendants(int pid) => Children(pid).SelectMany(static child => Descendants(child).Prepend(child));

    private static string Line(string status, string name) =>
        status.Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 2)..];

    private static string Status(int pid, string name) => Line(File.ReadAllText($"/proc/{pid}/status"), name);

    private string Inside(string command)
    {
        ProcessStartInfo start = new("nsenter", ["-t", $"{_init}", "-p", "-m", "sh", "-c", command]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd('\n');
    }
}
