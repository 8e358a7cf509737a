using VirtualRoot.Linux;
using VirtualRoot.Special;
using VirtualRoot.Special.Trace;

namespace VirtualRoot.VirtualRoot.Tests.Special;

public sealed class TraceTests
{
    [Fact]
    public void Trace_Off_LeavesTheNodesWithoutRows()
    {
        using SpecialFixture fixture = new();
        Assert.Null(fixture.Tree.Proc!.Traced);
        Assert.Null(fixture.Get(SpecialFixture.As(Environment.ProcessId), "proc/self").Traced);
    }

    [Fact]
    public void Count_OfAKnownPath_AllocatesNothing()
    {
        using SpecialFixture fixture = new();
        SpecialTrace trace = new();
        fixture.Tree.TraceInto(trace);
        TracedPath directory = fixture.Tree.Proc!.Traced!;
        directory.Child("meminfo"u8)!.Count(SpecialOperation.Open, Errno.Success, SpecialFixture.As(Environment.ProcessId));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int use = 0; use < 10_000; use++)
        {
            directory.Child("meminfo"u8)!.Count(SpecialOperation.Read, Errno.Success, SpecialFixture.As(Environment.ProcessId));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        SpecialTraceRow row = Assert.Single(trace.Report(MachineProfile.Live));
        Assert.Equal(("/proc/meminfo", 1, 10_000), (row.Path, row.Operations[SpecialOperation.Open], row.Operations[SpecialOperation.Read]));
    }

    [Theory]
    [InlineData("17", "/proc/PID")]
    [InlineData("17/task/18", "/proc/PID/task/TID")]
    [InlineData("17/fd/3", "/proc/PID/fd/N")]
    [InlineData("17/fd/pipe:[99]", "/proc/PID/fd/pipe:[N]")]
    [InlineData("17/fdinfo/3", "/proc/PID/fdinfo/N")]
    [InlineData("net/if_inet6", "/proc/net/if_inet6")]
    public void Child_Numbers_AreOnePath(string path, string expected)
    {
        using SpecialFixture fixture = new();
        SpecialTrace trace = new();
        fixture.Tree.TraceInto(trace);
        TracedPath row = fixture.Tree.Proc!.Traced!;
        foreach (string name in path.Split('/'))
        {
            row = row.Child(System.Text.Encoding.UTF8.GetBytes(name))!;
        }

        row.Count(SpecialOperation.Open, Errno.EACCES, SpecialFixture.As(0));
        SpecialTraceRow found = Assert.Single(trace.Report(MachineProfile.Live));
        Assert.Equal((expected, Errno.EACCES, 1L, ""), (found.Path, found.FirstErrno, found.Refused, found.FirstCommand));
    }

    [Fact]
    public void Child_MoreThanATableHolds_IsSaidAndCostsNothingMore()
    {
        using SpecialFixture fixture = new();
        SpecialTrace trace = new();
        fixture.Tree.TraceInto(trace);
        for (int name = 0; name < 20_000; name++)
        {
            fixture.Tree.Proc!.Traced!.Child(System.Text.Encoding.UTF8.GetBytes($"x{name}"))?.Count(SpecialOperation.Lookup, Errno.ENOENT, SpecialFixture.As(0));
        }

        Assert.True(trace.IsCut);
        Assert.InRange(trace.Report(MachineProfile.Live).Count, 9_000, 10_000);
    }

    [Theory]
    [InlineData("/proc/loadavg", MachineProfile.Live, "run")]
    [InlineData("/proc/loadavg", MachineProfile.Hermetic, null)]
    [InlineData("/proc/sys/kernel/random/boot_id", MachineProfile.Live, "machine")]
    [InlineData("/proc/sys/kernel/random/uuid", MachineProfile.Hermetic, "run")]
    [InlineData("/proc/sys/kernel/hostname", MachineProfile.Live, "machine")]
    [InlineData("/proc/PID/status", MachineProfile.Hermetic, "run")]
    [InlineData("/proc/PID/exe", MachineProfile.Live, null)]
    [InlineData("/proc/self", MachineProfile.Live, null)]
    [InlineData("/dev/null", MachineProfile.Live, null)]
    [InlineData("/dev/urandom", MachineProfile.Hermetic, "run")]
    public void Variation_OfAPath_DependsOnTheMachineToldOf(string path, MachineProfile profile, string? from) =>
        Assert.Equal(from, SpecialVariation.Of(path, profile)?.From);
}
