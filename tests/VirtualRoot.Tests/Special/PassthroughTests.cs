using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>What passthrough adds, and what it withholds.</summary>
public sealed class PassthroughTests
{
    private static readonly SpecialModes s_all = new(SpecialMode.Passthrough, SpecialMode.Passthrough, SpecialMode.Passthrough);
    private static readonly Caller s_self = SpecialFixture.As(Environment.ProcessId);

    [Theory]
    [InlineData("devices")]
    [InlineData("cmdline")]
    [InlineData("sys/kernel/ostype")]
    [InlineData("sys/kernel/cap_last_cap")]
    public void Proc_FileOfTheMachine_IsPassedOn(string path)
    {
        using SpecialFixture fixture = new(modes: s_all);
        Assert.Equal(File.ReadAllText("/proc/" + path), fixture.ReadFile(s_self, "proc/" + path));
    }

    [Fact]
    public void Sys_FilesDirectoriesAndLinks_ArePassedOn()
    {
        using SpecialFixture fixture = new(modes: s_all);
        Assert.Equal(File.ReadAllText("/sys/devices/system/cpu/possible"), fixture.ReadFile(s_self, "sys/devices/system/cpu/possible"));
        Assert.Equal(
            Directory.EnumerateFileSystemEntries("/sys/class/mem").Select(Path.GetFileName).Order(),
            fixture.List(s_self, "sys/class/mem").Order());
        Assert.Equal(new FileInfo("/sys/class/mem/null").LinkTarget, fixture.ReadLink(s_self, "sys/class/mem/null"));
    }

    [Fact]
    public void File_ReadFromTheMiddle_GoesOnThere()
    {
        using SpecialFixture fixture = new(modes: s_all);
        byte[] whole = File.ReadAllBytes("/proc/devices");
        using SpecialHandle handle = fixture.Open(s_self, "proc/devices");
        byte[] rest = new byte[whole.Length];
        Assert.Equal(Errno.Success, handle.Read(10, rest, out int length));
        Assert.Equal(whole[10..], rest[..length]);
        Assert.Equal(Errno.Success, handle.Read((ulong)whole.Length, rest, out length));
        Assert.Equal(0, length);
    }

    [Theory]
    [InlineData("proc/kcore")]
    [InlineData("proc/kmsg")]
    [InlineData("proc/kallsyms")]
    [InlineData("proc/keys")]
    [InlineData("proc/sysrq-trigger")]
    [InlineData("proc/self/mem")]
    [InlineData("proc/self/pagemap")]
    [InlineData("proc/self/stack")]
    [InlineData("proc/self/syscall")]
    [InlineData("proc/self/map_files")]
    [InlineData("sys/kernel/debug")]
    [InlineData("sys/kernel/security")]
    [InlineData("sys/firmware")]
    public void Withheld_IsNeitherFoundNorListed(string path)
    {
        using SpecialFixture fixture = new(modes: s_all);
        Assert.Equal(Errno.ENOENT, fixture.Walk(s_self, path, out _));
        string directory = path[..path.LastIndexOf('/')];
        Assert.DoesNotContain(path[(directory.Length + 1)..], directory == "proc/self" ? [] : fixture.List(s_self, directory));
    }

    [Fact]
    public void Anything_OpenedToWrite_IsDenied()
    {
        using SpecialFixture fixture = new(modes: s_all);
        foreach (string path in (string[])["proc/sys/kernel/hostname", "proc/self/oom_adj", "sys/devices/system/cpu/possible"])
        {
            Assert.Equal(Errno.EACCES, fixture.OpenErrno(s_self, path, (int)OpenFlags.O_WRONLY));
            Assert.Equal(Errno.EACCES, fixture.OpenErrno(s_self, path, (int)OpenFlags.O_RDWR));
        }
    }

    [Fact]
    public void Process_FileThatIsNotOnTheList_IsForWhoMayReadIt()
    {
        using SpecialFixture fixture = new(modes: s_all);
        using ChildProcess target = ChildProcess.Start("sleep", "60");
        Caller itself = SpecialFixture.As(target.Id);
        Assert.Equal(File.ReadAllText($"/proc/{target.Id}/oom_adj"), fixture.ReadFile(itself, $"proc/{target.Id}/oom_adj"));
        using ChildProcess stranger = ChildProcess.Start("setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", "sleep", "60");
        Caller caller = SpecialFixture.As(stranger.Id, 12345, 12345);
        Assert.Equal(Errno.EACCES, fixture.OpenErrno(caller, $"proc/{target.Id}/oom_adj"));
        using SpecialFixture ordinary = new();
        Assert.Equal(Errno.ENOENT, ordinary.Walk(itself, $"proc/{target.Id}/oom_adj", out _));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Dev_DevicesOfTheMachine_AreShownOnlyWhereTheyCannotBeOpened(bool devicesWork, bool shown)
    {
        using SpecialFixture fixture = new(realDevices: devicesWork, modes: s_all);
        Assert.Equal(shown ? Errno.Success : Errno.ENOENT, fixture.Walk(s_self, "dev/kmsg", out SpecialNode? node));
        Assert.Equal(shown, fixture.List(s_self, "dev").Contains("kmsg"));
        Assert.Equal(shown ? NodeKind.CharacterDevice : (NodeKind?)null, node?.Kind);
        Assert.Single(fixture.List(s_self, "dev"), static name => name == "null");
        Assert.Equal(Errno.ENOENT, fixture.Walk(s_self, "dev/shm", out _));
    }

    [Theory]
    [InlineData("proc/../etc")]
    [InlineData("proc/.")]
    [InlineData("sys/devices/..")]
    public void Walk_ThatLeadsAway_IsRefused(string path)
    {
        using SpecialFixture fixture = new(modes: s_all);
        Assert.NotEqual(Errno.Success, fixture.Walk(s_self, path, out _));
    }
}
