using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

public sealed class AllowListTests
{
    private static readonly Caller s_self = SpecialFixture.As(Environment.ProcessId);

    private static readonly string[] s_top =
    [
        "self", "thread-self", "mounts", "meminfo", "cpuinfo", "stat", "uptime", "loadavg", "version", "filesystems", "sys", "cgroups", "net",
        "vmstat", "swaps", "diskstats", "partitions", "devices", "cmdline", "pressure", "sysvipc",
    ];

    private static readonly string[] s_process =
    [
        "exe", "cwd", "root", "fd", "fdinfo", "task", "cmdline", "comm", "statm", "limits", "environ", "status", "stat", "maps", "cgroup", "mounts", "mountinfo", "net", "coredump_filter",
        "mountstats", "schedstat", "oom_score", "oom_score_adj", "loginuid", "sessionid", "uid_map", "gid_map", "projid_map", "setgroups", "cpuset", "wchan", "auxv", "io", "personality", "timerslack_ns", "smaps", "smaps_rollup",
    ];

    [Fact]
    public void Top_OfEveryRealName_OnlyAllowedOnesExist()
    {
        using SpecialFixture fixture = new();
        foreach (string name in Directory.EnumerateFileSystemEntries("/proc").Select(static path => Path.GetFileName(path)!))
        {
            if (!int.TryParse(name, out _))
            {
                Errno expected = s_top.Contains(name) ? Errno.Success : Errno.ENOENT;
                Assert.Equal((name, expected), (name, fixture.Walk(s_self, "proc/" + name, out _)));
            }
        }

        Assert.Equal([.. s_top.Order(), $"{Environment.ProcessId}"], fixture.List(s_self, "proc").Where(static name => !int.TryParse(name, out int pid) || pid == Environment.ProcessId).OrderBy(static name => int.TryParse(name, out _)).ThenBy(static name => name));
    }

    [Fact]
    public void Process_OfEveryRealName_OnlyAllowedOnesExist()
    {
        using SpecialFixture fixture = new();
        foreach (string directory in (string[])["self", "thread-self"])
        {
            foreach (string path in Directory.EnumerateFileSystemEntries("/proc/" + directory))
            {
                string name = Path.GetFileName(path);
                Errno expected = name == "children" || (s_process.Contains(name) && (directory == "self" || name != "task")) ? Errno.Success : Errno.ENOENT;
                Assert.Equal((name, expected), (name, fixture.Walk(s_self, $"proc/{directory}/{name}", out _)));
            }
        }

        Assert.Equal(s_process.Order(), fixture.List(s_self, $"proc/{Environment.ProcessId}").Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("self/..")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("4294967297")]
    [InlineData("99999999999999999999")]
    [InlineData("2147483647")]
    public void Lookup_OfANameThatIsNone_IsEnoent(string name)
    {
        using SpecialFixture fixture = new();
        Assert.Equal(Errno.ENOENT, fixture.Tree.Proc!.Lookup(s_self, Encoding.UTF8.GetBytes(name), out _));
        SpecialDirectory descriptors = (SpecialDirectory)fixture.Get(s_self, "proc/self/fd");
        Assert.Equal(name == "0" ? Errno.Success : Errno.ENOENT, descriptors.Lookup(s_self, Encoding.UTF8.GetBytes(name), out _));
    }

    [Theory]
    [InlineData("file:[]")]
    [InlineData("file:[99999]")]
    [InlineData("file:[0")]
    [InlineData("file:[0/../1]")]
    [InlineData("pipe:[1]")]
    [InlineData("socket:[18446744073709551616]")]
    [InlineData("anon_inode:[none]")]
    public void Lookup_OfATextThatNoDescriptorHas_IsEnoent(string name)
    {
        using SpecialFixture fixture = new();
        SpecialDirectory descriptors = (SpecialDirectory)fixture.Get(s_self, "proc/self/fd");
        Assert.Equal(Errno.ENOENT, descriptors.Lookup(s_self, Encoding.UTF8.GetBytes(name), out _));
    }

    [Fact]
    public void Open_ToWrite_IsDenied()
    {
        using SpecialFixture fixture = new();
        foreach (string path in (string[])["proc/self/comm", "proc/self/status", "proc/sys/kernel/hostname", "proc/uptime"])
        {
            Assert.Equal(Errno.EACCES, fixture.OpenErrno(s_self, path, (int)OpenFlags.O_WRONLY));
            Assert.Equal(Errno.EACCES, fixture.OpenErrno(s_self, path, (int)OpenFlags.O_RDWR));
            Assert.Equal(Errno.EACCES, fixture.OpenErrno(s_self, path, (int)OpenFlags.O_TRUNC));
        }
    }

    [Fact]
    public void HostFiles_Read_AreTheMachines()
    {
        using SpecialFixture fixture = new();
        foreach (string path in (string[])["version", "filesystems", "sys/kernel/osrelease", "sys/kernel/hostname", "sys/kernel/ostype", "sys/kernel/pid_max", "sys/kernel/ngroups_max", "sys/kernel/cap_last_cap", "sys/kernel/random/boot_id", "sys/vm/overcommit_memory"])
        {
            Assert.Equal(File.ReadAllText("/proc/" + path), fixture.ReadFile(s_self, "proc/" + path));
        }

        Assert.StartsWith("MemTotal:", fixture.ReadFile(s_self, "proc/meminfo"));
        Assert.NotEqual(fixture.ReadFile(s_self, "proc/sys/kernel/random/uuid"), fixture.ReadFile(s_self, "proc/sys/kernel/random/uuid"));
    }

    [Fact]
    public void HostFile_ReadAgainFromTheStart_IsFresh()
    {
        using SpecialFixture fixture = new();
        using SpecialHandle handle = fixture.Open(s_self, "proc/sys/kernel/random/uuid");
        Assert.NotEqual(SpecialFixture.ReadFile(handle), SpecialFixture.ReadFile(handle));
    }
}
