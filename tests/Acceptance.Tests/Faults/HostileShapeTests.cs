using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Faults;

/// <summary>Trees that are valid, each of their directories too, and made to exhaust whoever walks them.</summary>
[Collection(MountingCollection.Name)]
public sealed class HostileShapeTests(Machine machine, HostileCasFixture fixture) : IClassFixture<HostileCasFixture>
{
    // vroot itself has some 100 MB; the rest would be what the tree costs.
    private const long MemoryLimitKiB = 600 << 10;

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void ChainOfTenThousandLevels_IsWalkedOrEndsInAnError(Privilege privilege)
    {
        using VRootUser user = NewUser(privilege);
        ProcessOutcome outcome = RunMeasured(user, "chain", ["--stats", Path.Combine(user.Home, "stats.json")], "/bin/descend", "d");
        string[] words = outcome.Output.Split(' ', 2);
        int levels = int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(levels, 1000, 10_001);
        Assert.Equal(levels == 10_001 ? "No such file or directory\n" : "Input/output error\n", words[1]);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void ExponentialDag_WalkedInPart_CostsWhatWasWalked(Privilege privilege)
    {
        using VRootUser user = NewUser(privilege);
        string statistics = Path.Combine(user.Home, "stats.json");
        ProcessOutcome outcome = RunMeasured(user, "exponential", ["--stats", statistics], "/bin/busybox", "find", "/a", "-maxdepth", "11");
        Assert.Equal((1 << 12) - 1, outcome.Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // 65 levels are 65 directories, however many paths lead to them.
        Assert.InRange(new RunStatistics(statistics).FetchedDirectories, 11, 70);
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void ExponentialDag_ToItsLeaf_IsRead(Privilege privilege)
    {
        using VRootUser user = NewUser(privilege);
        string leaf = "/a" + string.Concat(Enumerable.Range(0, 64).Select(level => level % 2 == 0 ? "/b" : "/a")) + "/leaf";
        Assert.Equal("leaf\n", RunMeasured(user, "exponential", [], "/bin/busybox", "cat", leaf).Expect().Output);
    }

    // The shell's limit on memory would be one on address space, of which .NET reserves 256 GB: time -v measures what was used.
    private ProcessOutcome RunMeasured(VRootUser user, string root, string[] options, params string[] command)
    {
        ProcessCommand run = user.RunCommand(fixture.Cas.Root(root), options, command);
        const string Measure = "import resource, subprocess, sys; status = subprocess.call(sys.argv[1:]); print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(status)";
        ProcessOutcome outcome = ChildProcess.Run(run with { Program = "/usr/bin/python3", Arguments = ["-c", Measure, run.Program, .. run.Arguments] }, TimeSpan.FromSeconds(60));
        string peak = outcome.Error.TrimEnd().Split('\n')[^1];
        Assert.True(peak.StartsWith("peak ", StringComparison.Ordinal), outcome.ToString());
        Assert.InRange(long.Parse(peak.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture), 1, MemoryLimitKiB);
        return outcome;
    }

    private VRootUser NewUser(Privilege privilege) => new(machine, privilege) { Cas = fixture.Cas.Address };
}
