using System.Globalization;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>Every file that tells of processors or memory tells the same.</summary>
public sealed class MachineTests
{
    private static readonly Caller s_self = SpecialFixture.As(Environment.ProcessId);

    public static TheoryData<double?, long?, MachineProfile> Machines => new()
    {
        { null, null, MachineProfile.Live },
        { 1, 64L << 20, MachineProfile.Live },
        { 0.5, 512L << 20, MachineProfile.Live },
        { 100_000, 1L << 60, MachineProfile.Live },
        { null, null, MachineProfile.Hermetic },
        { 3, 1L << 30, MachineProfile.Hermetic },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void Processors_TheSameNumberEverywhere(double? cpus, long? memory, MachineProfile profile)
    {
        using SpecialFixture fixture = new(limits: new MachineLimits { Cpus = cpus, MemoryBytes = memory, Profile = profile });
        int most = profile == MachineProfile.Hermetic ? 4 : Environment.ProcessorCount;
        int expected = cpus is { } limit ? (int)Math.Min(Math.Ceiling(limit), profile == MachineProfile.Hermetic ? 1024 : most) : most;
        string list = expected == 1 ? "0\n" : $"0-{expected - 1}\n";

        Assert.Equal(expected, fixture.ReadFile(s_self, "proc/cpuinfo").Split('\n').Count(line => line.StartsWith("processor", StringComparison.Ordinal)));
        Assert.Equal(expected, fixture.ReadFile(s_self, "proc/stat").Split('\n').Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && !line.StartsWith("cpu ", StringComparison.Ordinal)));
        foreach (string file in (string[])["online", "possible", "present"])
        {
            Assert.Equal(list, fixture.ReadFile(s_self, "sys/devices/system/cpu/" + file));
        }

        Assert.Equal(expected, fixture.List(s_self, "sys/devices/system/cpu").Count(name => name.StartsWith("cpu", StringComparison.Ordinal)));
        Assert.Equal(list, fixture.ReadFile(s_self, "sys/fs/cgroup/cpuset.cpus.effective"));
        Assert.Equal(list, fixture.ReadFile(s_self, "sys/devices/system/node/node0/cpulist"));
        Assert.Equal(cpus is { } part ? $"{(long)(part * 100_000)} 100000\n" : "max 100000\n", fixture.ReadFile(s_self, "sys/fs/cgroup/cpu.max"));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Memory_TheSameEverywhere_AndNothingAboveIt(double? cpus, long? memory, MachineProfile profile)
    {
        using SpecialFixture fixture = new(limits: new MachineLimits { Cpus = cpus, MemoryBytes = memory, Profile = profile });
        Dictionary<string, long> info = fixture.ReadFile(s_self, "proc/meminfo").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.EndsWith(" kB", StringComparison.Ordinal))
            .ToDictionary(line => line.Split(':')[0], line => long.Parse(line.Split(':')[1][..^3], CultureInfo.InvariantCulture));
        long total = info["MemTotal"] * 1024;

        Assert.Equal(memory is null ? "max\n" : $"{total}\n", fixture.ReadFile(s_self, "sys/fs/cgroup/memory.max"));
        Assert.True(memory is null || total <= memory);
        foreach (string name in (string[])["MemFree", "MemAvailable", "Cached", "Buffers"])
        {
            Assert.InRange(info[name], 0, info["MemTotal"]);
        }

        if (memory is not null)
        {
            Assert.Equal(0, info["SwapTotal"]);
        }
    }

    [Fact]
    public void Hermetic_TellsTheSameTwice()
    {
        string[] files = ["meminfo", "cpuinfo", "stat", "uptime", "loadavg", "version", "filesystems", "sys/kernel/osrelease", "sys/kernel/hostname", "sys/kernel/random/boot_id"];
        using SpecialFixture first = new(limits: new MachineLimits { Profile = MachineProfile.Hermetic });
        string[] texts = [.. files.Select(file => first.ReadFile(s_self, "proc/" + file))];
        Thread.Sleep(20);
        using SpecialFixture second = new(limits: new MachineLimits { Profile = MachineProfile.Hermetic });
        Assert.Equal(texts, files.Select(file => second.ReadFile(s_self, "proc/" + file)));
        Assert.DoesNotContain(texts[^2].Trim(), Environment.MachineName, StringComparison.Ordinal);
    }

    [Fact]
    public void StatSum_IsThatOfTheShownProcessors()
    {
        using SpecialFixture fixture = new(limits: new MachineLimits { Cpus = 1 });
        string[] lines = fixture.ReadFile(s_self, "proc/stat").Split('\n');
        Assert.Equal(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..], lines[1].Split(' ')[1..]);
        Assert.StartsWith("cpu  ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Mountinfo_HasTheCgroupThatTheFilesAreOf()
    {
        using SpecialFixture fixture = new();
        Assert.Contains(" / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 ro\n", fixture.ReadFile(s_self, "proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Equal("0::/\n", fixture.ReadFile(s_self, "proc/self/cgroup"));
    }
}
