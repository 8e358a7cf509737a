using System.Globalization;
using VirtualRoot.Model.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Xunit.Abstractions;

namespace VirtualRoot.Model.Tests;

/// <summary>
/// Programs/stress.c: 16 processes create, write, rename, link, list and remove the same names in one root. VROOT_STRESS_SECONDS makes it
/// longer, VROOT_SEED begins in the same way.
/// </summary>
public sealed class StressTests(Machine machine, ITestOutputHelper output) : IClassFixture<Machine>
{
    private const int Processes = 16;

    private const int Warming = 3; // seconds

    /// <summary>Memory that the daemon may keep more than after the first seconds: what the collector has not given back yet.</summary>
    private const long KeptMemory = 64 << 20;

    private static readonly string[] s_onThePath = ["ENOENT", "ENOTDIR", "ELOOP"];

    /// <summary>The errors that a plain directory gives in these races; of operations that are not named, none.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["open"] = s_onThePath,
        ["stat"] = s_onThePath,
        ["attributes"] = s_onThePath,
        ["xattr"] = [.. s_onThePath, "EPERM"], // user.* of a symbolic link
        ["publish"] = [.. s_onThePath, "EISDIR"],
        ["rename"] = [.. s_onThePath, "EISDIR", "ENOTEMPTY", "EEXIST", "EINVAL"],
        ["exchange"] = [.. s_onThePath, "EINVAL"],
        ["link"] = [.. s_onThePath, "EEXIST", "EPERM"], // of a directory
        ["unlink"] = [.. s_onThePath, "EISDIR"],
        ["mkdir"] = [.. s_onThePath, "EEXIST"],
        ["rmdir"] = [.. s_onThePath, "ENOTEMPTY"],
        ["symlink"] = [.. s_onThePath, "EEXIST"],
    };

    [NeedsFuseFact]
    public void Processes_InOneRoot_MeetNoErrorOfItsOwn()
    {
        using Mount mount = new(machine, uid: null);
        DaemonHoldings start = DaemonHoldings.Of(mount);
        // The first seconds fill pools and compile; then everything goes, but the daemon's working set.
        Stress(mount, mount.Work, Warming);
        Remove(mount, start);
        DaemonHoldings before = DaemonHoldings.After(mount, start);

        ChildProcess.Run(mount.Command("/usr/bin/cp", "-a", Path.Combine(machine.Inputs, InputTree.Work), mount.Point), TimeSpan.FromMinutes(1)).Expect();
        Stress(mount, mount.Work, TestSettings.StressSeconds);
        Remove(mount, start);

        DaemonHoldings after = DaemonHoldings.After(mount, start);
        output.WriteLine($"at first {start}, after {Warming} s {before}, after {TestSettings.StressSeconds} s {after}");
        Assert.Equal(start.ScratchFiles, after.ScratchFiles);
        Assert.InRange(after.Descriptors, 0, before.Descriptors + 2);
        Assert.InRange(after.ResidentBytes, 0, before.ResidentBytes + KeptMemory);
        mount.AssertHealthy();
    }

    [NeedsFusermountFact]
    public void Processes_InOneRootOfAnOrdinaryUser_MeetNoErrorOfItsOwn()
    {
        using Mount mount = new(machine, Machine.OrdinaryUid);
        Stress(mount, mount.Work, Math.Max(2, TestSettings.StressSeconds / 5));
        mount.AssertHealthy();
    }

    [NeedsFuseFact]
    public void Processes_InAPlainDirectory_MeetTheSameErrors()
    {
        using Mount mount = new(machine, uid: null);
        Stress(mount, mount.CopyInputs(), 2);
    }

    private void Stress(Mount mount, string directory, int seconds)
    {
        string[] arguments = [directory, $"{seconds}", $"{Processes}", TestSettings.Seed.ToString(CultureInfo.InvariantCulture)];
        ProcessOutcome outcome = ChildProcess.Run(mount.Command(machine.Program("stress"), arguments), TimeSpan.FromSeconds(90 + (seconds * 3))).Expect();
        string[][] counts = [.. outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
        output.WriteLine(string.Join(", ", counts.Select(count => string.Join(' ', count))));
        Assert.Empty(counts.Where(count => count[1] != "ok" && !s_allowed.GetValueOrDefault(count[0], []).Contains(count[1])).Select(count => string.Join(' ', count)));
        // Each kind of operation has met a name that let it succeed.
        Assert.Equal(20, counts.Count(count => count[1] == "ok"));
    }

    private static void Remove(Mount mount, DaemonHoldings start)
    {
        ChildProcess.Run(mount.Command("/usr/bin/rm", "-rf", mount.Work), TimeSpan.FromMinutes(2)).Expect();
        KernelCache.ForgetNames();
        Assert.Equal(start.ScratchFiles, DaemonHoldings.After(mount, start).ScratchFiles);
    }
}
