using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Tools.Tests.Support;

namespace VirtualRoot.Tools.Tests.Isolation;

/// <summary>What an action finds out about the machine below /proc, /sys and /dev: nothing where that is hermetic, and what the list says where it is live.</summary>
[Collection(ToolCollection.Name)]
public sealed class IsolationTests(ToolMachine machine)
{
    private const string Searcher = "/driver/search.py";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    // What a live machine tells, where, and why.
    private static readonly (string Fact, string[] Paths, string Reason)[] s_live =
    [
        ("host name", ["/proc/sys/kernel/hostname"], "gethostname(2) tells it, too"),
        ("boot id", ["/proc/sys/kernel/random/boot_id"], "systemd's tools read it"),
        ("kernel version", ["/proc/version", "/proc/sys/kernel/osrelease"], "uname(2) tells it, too"),
        ("processor model", ["/proc/cpuinfo"], "CPUID tells it, too"),
        ("memory", ["/proc/meminfo", "/sys/devices/system/node/node0/meminfo"], "programs size themselves by it; sysinfo(2) tells it, too"),
    ];

    [NeedsFuseTheory]
    [InlineData(Privilege.Root)]
    [InlineData(Privilege.User)]
    public void Search_Hermetic_FindsNothingOfTheHost(Privilege privilege)
    {
        SearchResult result = SearchInRoot(privilege, "hermetic");
        Assert.Empty(result.Found);
        Assert.Empty(result.Present);
    }

    [NeedsFuseTheory]
    [InlineData(Privilege.Root)]
    [InlineData(Privilege.User)]
    public void Search_Live_FindsWhatTheListSays(Privilege privilege)
    {
        SearchResult result = SearchInRoot(privilege, "live");
        Assert.All(result.Found, hit => Assert.True(Array.Exists(s_live, entry => entry.Fact == hit.Fact && entry.Paths.Contains(hit.Path) && hit.How == "content"), $"{hit}"));
        Assert.Empty(result.Present);
        Assert.Contains(result.Found, hit => hit.Fact == "kernel version"); // else the search would prove nothing
    }

    [NeedsFuseFact]
    public void Search_OnTheHost_FindsThePlantedSecrets()
    {
        using HostFacts facts = new();
        SearchOrder order = new() { Facts = facts.Facts, Roots = ["/proc", "/proc/sys/kernel", "/proc/sys/kernel/random", "/dev/kmsg"], Depth = 2, Pids = facts.Pids, Absent = HostFacts.Absent };
        ProcessCommand search = new("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "InRoot/search.py")]) { Input = order.ToLine() };
        SearchResult result = SearchResult.Read(ChildProcess.Run(search, s_limit).Expect().Output);
        string[] expected = ["environment of another process", "command line of another process", "kernel key", "kernel log", "boot id", "kernel version", "host name", "memory"];
        Assert.Empty(expected.Except(result.Found.Select(hit => hit.Fact)));
        Assert.All(facts.Pids, pid => Assert.Contains(result.Found, hit => hit.Fact == $"process {pid}"));
        Assert.Contains("/proc/kmsg", result.Present);
    }

    [NeedsFuseTheory]
    [InlineData(Privilege.Root, false)]
    [InlineData(Privilege.Root, true)]
    [InlineData(Privilege.User, false)]
    [InlineData(Privilege.User, true)]
    public void TwoActions_AtOnce_SeeNothingOfEachOther(Privilege privilege, bool searcherComesFirst)
    {
        string name = "secret" + Guid.NewGuid().ToString("N");
        string variable = "secret" + Guid.NewGuid().ToString("N");
        const string Hold = "mkdir \"/tmp/$1\" && cd \"/tmp/$1\" && exec 5>\"$1.open\" && echo ready && exec -a \"$1\" sleep 600";
        ProcessCommand holding = machine.InRoot(privilege, [.. ToolMachine.PlainTier, "--env", "HOLDER=" + variable], "/usr/bin/bash", "-c", Hold, "holder", name);
        // It searches when the order comes through the FIFO.
        string fifo = machine.MakeFifo(privilege);
        ProcessCommand searching = machine.InRoot(privilege, ToolMachine.PlainTier, "/usr/bin/bash", "-c", "echo ready; exec python3 " + Searcher);
        searching = searching with { Program = "/bin/sh", Arguments = ["-c", "fifo=$1 && shift && exec \"$@\" <>\"$fifo\"", "sh", fifo, searching.Program, .. searching.Arguments] };
        using ChildProcess first = ChildProcess.Start(searcherComesFirst ? searching : holding);
        first.WaitForOutput("ready", s_limit);
        using ChildProcess second = ChildProcess.Start(searcherComesFirst ? holding : searching);
        second.WaitForOutput("ready", s_limit);
        SearchOrder order = new() { Facts = new Dictionary<string, string> { ["name"] = name, ["variable"] = variable } };
        ChildProcess.Run(new ProcessCommand("/bin/sh", ["-c", "cat >\"$1\"", "sh", fifo]) { Input = order.ToLine() }, s_limit).Expect();
        string output = (searcherComesFirst ? first : second).WaitForExit(s_limit).Expect().Output;
        ChildProcess holder = searcherComesFirst ? second : first;
        Assert.False(holder.HasExited);
        SearchResult result = SearchResult.Read(output[(output.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.Empty(result.Found);
        Assert.True(result.Files > 50, $"only {result.Files} files were read");
        holder.Signal(15);
        holder.WaitForExit(s_limit);
    }

    private SearchResult SearchInRoot(Privilege privilege, string profile)
    {
        using HostFacts facts = new();
        ProcessCommand run = machine.InRoot(privilege, [.. ToolMachine.PlainTier, "--machine", profile], "/usr/bin/python3", Searcher);
        facts.Add("home, cache and mount point", run.WorkingDirectory);
        Dictionary<string, string> environment = new(run.Environment!) { ["ISOLATION"] = facts.Secret("environment of the daemon") };
        // A header is the daemon's own; an --env would be the action's.
        string[] arguments = [run.Arguments[0], "--header", "isolation=" + facts.Secret("command line of the daemon"), .. run.Arguments.Skip(1)];
        SearchOrder order = new() { Facts = facts.Facts, Pids = facts.Pids, Absent = HostFacts.Absent };
        SearchResult result = SearchResult.Read(ChildProcess.Run(run with { Environment = environment, Arguments = arguments, Input = order.ToLine() }, s_limit).Expect().Output);
        Assert.True(result.Files > 100, $"only {result.Files} files were read");
        return result;
    }
}
