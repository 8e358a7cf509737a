using System.Text.Json.Nodes;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Tools.Tests.Support;

namespace VirtualRoot.Tools.Tests;

/// <summary>What the most asked-for special path costs, in requests: times are for perf/.</summary>
[Collection(ToolCollection.Name)]
public sealed class HotPathTests(ToolMachine machine)
{
    private const int Rounds = 2_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [NeedsFuseTheory]
    [InlineData(Privilege.Root)]
    [InlineData(Privilege.User)]
    public void ReadLink_OfProcSelfExe_InALoop_IsThreeRequestsAtMost(Privilege privilege)
    {
        long without = Requests(privilege, 0);
        long with = Requests(privilege, Rounds);
        // Forgetting what was looked up before comes when the kernel likes: a tenth of a request is no fourth one.
        Assert.InRange((with - without) / (double)Rounds, 0.9, 3.1);
    }

    private long Requests(Privilege privilege, int rounds)
    {
        string script = $"import os\nfor i in range({rounds}): assert os.readlink('/proc/self/exe')";
        ProcessCommand run = machine.InRoot(privilege, [.. ToolMachine.PlainTier, "--stats", machine.StatisticsFile(privilege)], "/usr/bin/python3", "-I", "-S", "-c", script);
        ChildProcess.Run(run, s_limit).Expect();
        return (long)JsonNode.Parse(File.ReadAllText(machine.StatisticsFile(privilege)))!["fuse"]!["total"]!;
    }
}
