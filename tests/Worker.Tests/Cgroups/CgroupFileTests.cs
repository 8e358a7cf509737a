using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Worker.Tests.Cgroups;

/// <summary>What is read from, and written to, a cgroup's files: here plain ones. What the kernel makes of them is another matter.</summary>
public sealed class CgroupFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vroot-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Report_OfAllFiles_HasThem()
    {
        Write("cpu.stat", "usage_usec 3500\nuser_usec 2000\nsystem_usec 1500\nnr_periods 0\n");
        Write("memory.peak", "1048576\n");
        Write("memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\noom_group_kill 1\n");
        Write("pids.events", "max 7\n");
        CgroupReport report = CgroupReport.Read(_directory);
        Assert.Equal(
            new CgroupReport
            {
                UserTime = TimeSpan.FromMilliseconds(2),
                SystemTime = TimeSpan.FromMilliseconds(1.5),
                PeakMemoryBytes = 1 << 20,
                OutOfMemoryKills = 3,
                RefusedForks = 7,
            },
            report);
    }

    [Fact]
    public void Report_WithoutControllers_IsEmpty() => Assert.Equal(new CgroupReport(), CgroupReport.Read(_directory));

    [Fact]
    public void Limits_AreWrittenAsTheKernelReadsThem()
    {
        CgroupLimits limits = new() { MemoryBytes = 512 << 20, Cpus = 1.5, Pids = 100 };
        Assert.Equal(
            ["memory.oom.group=1", "memory.max=536870912", "memory.swap.max=0", "cpu.max=150000 100000", "pids.max=100"],
            limits.Files(new HashSet<string> { "memory", "cpu", "pids" }).Select(static file => $"{file.File}={file.Text}"));
        Assert.Equal(["pids.max=100"], limits.Files(new HashSet<string> { "pids" }).Select(static file => $"{file.File}={file.Text}"));
        Assert.Equal(["memory.oom.group=1"], new CgroupLimits().Files(new HashSet<string> { "memory", "cpu", "pids" }).Select(static file => $"{file.File}={file.Text}"));
        Assert.Equal(["cpu.max=1000 100000"], new CgroupLimits { Cpus = 0.001 }.Files(new HashSet<string> { "cpu" }).Select(static file => $"{file.File}={file.Text}"));
    }

    [Theory]
    [InlineData("0::/system.slice/vroot.service\n", "/sys/fs/cgroup/system.slice/vroot.service")]
    [InlineData("12:pids:/x\n0::/a b\n", "/sys/fs/cgroup/a b")]
    [InlineData("0::/\n", "/sys/fs/cgroup")]
    [InlineData("4:memory:/x\n", null)]
    public void OwnCgroup_OfAMachine_IsFound(string cgroups, string? expected)
    {
        const string Mounts = "25 1 0:22 / /proc rw - proc proc rw\n30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";
        Assert.Equal(expected, OwnCgroup.Find(cgroups, Mounts));
    }

    [Theory]
    [InlineData("0::/docker/abc/vroot\n", "/mnt/vroot")]
    [InlineData("0::/docker/abc\n", "/mnt")]
    [InlineData("0::/docker/abcd\n", null)]
    [InlineData("0::/elsewhere\n", null)]
    public void OwnCgroup_WhereAPartIsMounted_IsBelowIt(string cgroups, string? expected) =>
        Assert.Equal(expected, OwnCgroup.Find(cgroups, "30 23 0:26 /docker/abc /mnt rw - cgroup2 cgroup2 rw\n"));

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_directory, file), text);
}
