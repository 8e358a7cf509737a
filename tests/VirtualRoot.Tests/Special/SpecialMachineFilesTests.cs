using System.Globalization;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>Files that tell in other forms of the processors and the memory that meminfo and cpuinfo tell of.</summary>
public sealed class SpecialMachineFilesTests
{
    private static readonly Caller s_self = SpecialFixture.As(Environment.ProcessId);
    private static readonly MachineLimits s_hermetic = new() { Profile = MachineProfile.Hermetic };

    [Theory]
    [InlineData(1, "1", "1")]
    [InlineData(4, "f", "8")]
    [InlineData(5, "1f", "10")]
    [InlineData(33, "1,ffffffff", "1,00000000")]
    public void Masks_OfProcessors_AreTheKernelsForm(int cpus, string all, string last)
    {
        using SpecialFixture fixture = new(limits: s_hermetic with { Cpus = cpus });
        string topology = $"sys/devices/system/cpu/cpu{cpus - 1}/topology";
        Assert.Equal(all + "\n", fixture.ReadFile(s_self, topology + "/core_siblings"));
        Assert.Equal(last + "\n", fixture.ReadFile(s_self, topology + "/thread_siblings"));
        Assert.Equal(all + "\n", fixture.ReadFile(s_self, "sys/devices/system/node/node0/cpumap"));
        Assert.Equal(all + "\n", fixture.ReadFile(s_self, $"sys/devices/system/cpu/cpu{cpus - 1}/cache/index3/shared_cpu_map"));
    }

    [Theory]
    [InlineData(null, MachineProfile.Live)]
    [InlineData(64L << 20, MachineProfile.Live)]
    [InlineData(1L << 30, MachineProfile.Hermetic)]
    public void Memory_InEachForm_IsMeminfos(long? bytes, MachineProfile profile)
    {
        using SpecialFixture fixture = new(limits: new MachineLimits { MemoryBytes = bytes, Profile = profile });
        long total = Kilobytes(fixture.ReadFile(s_self, "proc/meminfo"), "MemTotal:");
        Assert.Equal(total, Kilobytes(fixture.ReadFile(s_self, "sys/devices/system/node/node0/meminfo"), "Node 0 MemTotal:"));
        Assert.InRange(long.Parse(fixture.ReadFile(s_self, "sys/fs/cgroup/memory.current"), CultureInfo.InvariantCulture), 0, total * 1024);
        string pages = fixture.ReadFile(s_self, "proc/vmstat").Split('\n').Single(line => line.StartsWith("nr_free_pages ", StringComparison.Ordinal));
        Assert.InRange(long.Parse(pages.Split(' ')[1], CultureInfo.InvariantCulture), 0, total / 4);
        string[] swaps = fixture.ReadFile(s_self, "proc/swaps").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        long swap = Kilobytes(fixture.ReadFile(s_self, "proc/meminfo"), "SwapTotal:");
        Assert.Equal(swap == 0 ? 1 : 2, swaps.Length);
    }

    [Fact]
    public void Uptime_WithFewerProcessors_HasNoMoreIdleTimeThanTheyHad()
    {
        using SpecialFixture fixture = new(limits: new MachineLimits { Cpus = 1 });
        double[] seconds = [.. fixture.ReadFile(s_self, "proc/uptime").Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Assert.InRange(seconds[1], 0, seconds[0] * 1.01);
    }

    [Fact]
    public void CgroupProcesses_AreThoseThatTheCallerSees()
    {
        using SpecialFixture fixture = new();
        using ChildProcess first = ChildProcess.StartScript("sleep 61 & echo $!; exec sleep 60", out string member);
        fixture.Tree.SetActionInit(first.Id);
        Caller caller = SpecialFixture.As(first.Id);
        Assert.Equal(new[] { first.Id, int.Parse(member, CultureInfo.InvariantCulture) }.Order().Select(pid => $"{pid}"), fixture.ReadFile(caller, "sys/fs/cgroup/cgroup.procs").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("2\n", fixture.ReadFile(caller, "sys/fs/cgroup/pids.current"));
        Assert.Equal("1\n", fixture.ReadFile(s_self, "sys/fs/cgroup/pids.current"));
    }

    [Fact]
    public void ProcessorTimes_OfTheCgroup_AreOfTheShownProcessors()
    {
        using SpecialFixture fixture = new();
        long[] usec = [.. fixture.ReadFile(s_self, "sys/fs/cgroup/cpu.stat").Split('\n')[..3].Select(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];
        Assert.True(usec[0] > 0 && usec[0] == usec[1] + usec[2]);
    }

    /// <summary>What an action has not: disks, firmware, modules, buses, interfaces but the loopback.</summary>
    [Theory]
    [InlineData("sys/class/dmi/id/product_uuid")]
    [InlineData("sys/firmware")]
    [InlineData("sys/block")]
    [InlineData("sys/module")]
    [InlineData("sys/kernel/security")]
    [InlineData("proc/kcore")]
    [InlineData("proc/kmsg")]
    [InlineData("proc/kallsyms")]
    [InlineData("proc/keys")]
    [InlineData("proc/config.gz")]
    [InlineData("proc/modules")]
    [InlineData("proc/sysrq-trigger")]
    [InlineData("proc/timer_list")]
    [InlineData("proc/self/mem")]
    [InlineData("proc/self/pagemap")]
    [InlineData("proc/self/stack")]
    [InlineData("proc/self/syscall")]
    [InlineData("proc/self/map_files")]
    [InlineData("proc/self/clear_refs")]
    [InlineData("proc/self/ns")]
    public void MachinesOwn_IsEnoent(string path)
    {
        using SpecialFixture fixture = new();
        Assert.Equal(Errno.ENOENT, fixture.Walk(s_self, path, out _));
    }

    [Fact]
    public void Hermetic_NoFileTellsOfThisMachine()
    {
        using SpecialFixture fixture = new(limits: s_hermetic);
        string[] facts = [Environment.MachineName, File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), File.ReadAllText("/proc/cmdline").Trim()];
        foreach (string path in Files(fixture, "proc").Concat(Files(fixture, "sys")).Where(path => !path.StartsWith("proc/self/", StringComparison.Ordinal)))
        {
            string text = fixture.ReadFile(s_self, path);
            Assert.DoesNotContain(facts, fact => fact.Length > 3 && text.Contains(fact, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void AnotherRoot_ReadsNothingOfTheMachineAgain()
    {
        using (SpecialFixture first = new())
        {
            Assert.NotEmpty(first.ReadFile(s_self, "sys/devices/system/cpu/online"));
        }

        long before = ReadCalls();
        using SpecialFixture second = new();
        string online = second.ReadFile(s_self, "sys/devices/system/cpu/online");
        long after = ReadCalls();

        Assert.NotEmpty(online);
        Assert.InRange(after - before, 1, 10); // of them, those of this count itself
    }

    // Of this thread, since others run tests beside it.
    private static long ReadCalls() => long.Parse(
        File.ReadLines("/proc/thread-self/io").Single(static line => line.StartsWith("syscr:", StringComparison.Ordinal))["syscr:".Length..], CultureInfo.InvariantCulture);

    private static IEnumerable<string> Files(SpecialFixture fixture, string path) => fixture.List(s_self, path)
        .Where(name => !int.TryParse(name, out _))
        .Select(name => $"{path}/{name}")
        .SelectMany(below => fixture.Get(s_self, below) switch
        {
            SpecialDirectory => Files(fixture, below),
            SpecialFile => [below],
            _ => Array.Empty<string>(),
        });

    private static long Kilobytes(string text, string name)
    {
        string line = text.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
