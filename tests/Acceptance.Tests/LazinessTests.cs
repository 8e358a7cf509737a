using System.Globalization;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests;

/// <summary>Only what is read is fetched; the figures are those of --stats.</summary>
[Collection(MountingCollection.Name)]
public sealed class LazinessTests(Machine machine)
{
    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void GoVersion_ColdCache_FetchesLessThanATenthOfTheFiles(Privilege privilege)
    {
        RunStatistics statistics = RunWithStatistics(privilege, machine.GoRoot, "/opt/go/bin/go", "version");
        Assert.InRange(statistics.FetchedBlobs, 1, statistics.RootBlobs / 10);
        // Far less, in truth: the program, its loader and libraries, and VERSION.
        Assert.InRange(statistics.FetchedBlobs, 1, 20);
        Assert.InRange(statistics.FetchedBytes, 1, statistics.RootBytes / 10);
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void StatOfEveryFile_ColdCache_FetchesNoFileButThoseThatRan(Privilege privilege)
    {
        RunStatistics statistics = RunWithStatistics(privilege, machine.GoRoot, "/bin/busybox", "find", "/", "-xdev", "-type", "f", "-size", "+100000000");
        // busybox itself is the one file.
        Assert.Equal(1, statistics.FetchedBlobs);
        Assert.Equal(new FileInfo("/bin/busybox").Length, statistics.FetchedBytes);
        Assert.InRange(statistics.Requests("Lookup") + statistics.Requests("ReadDirPlus"), 500, long.MaxValue);
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void Totals_AfterTheCommand_AreTheRoots(Privilege privilege)
    {
        RunStatistics statistics = RunWithStatistics(privilege, machine.GoRoot, "/bin/busybox", "true");
        ProcessOutcome found = ChildProcess.Run(new ProcessCommand("/usr/bin/find", [machine.GoRoot.Tree.Path, "-type", "f", "-printf", "%s\\n"]), TimeSpan.FromSeconds(60));
        long[] sizes = [.. found.Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        Assert.Equal(sizes.Length, statistics.RootFiles);
        // Equal files are one blob.
        Assert.InRange(statistics.RootBlobs, sizes.Length / 2, sizes.Length);
        Assert.InRange(statistics.RootBytes, 100 << 20, sizes.Sum());
        Assert.InRange(statistics.RootDirectories, 500, 3000);
    }

    [NeedsFuseTheory("/usr/lib/go/bin/go"), BothPrivileges]
    public void WarmCache_SecondRun_FetchesNothing(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string file = Path.Combine(user.Home, "stats.json");
        for (int turn = 0; turn < 2; turn++)
        {
            user.Run(machine.GoRoot, ["--stats", file], "/opt/go/bin/go", "version").Expect();
        }

        Assert.Equal(0, new RunStatistics(file).FetchedBlobs);
    }

    private RunStatistics RunWithStatistics(Privilege privilege, PushedRoot root, params string[] command)
    {
        using VRootUser user = new(machine, privilege);
        string file = Path.Combine(user.Home, "stats.json");
        user.Run(root, ["--stats", file], command).Expect();
        return new RunStatistics(file);
    }
}
