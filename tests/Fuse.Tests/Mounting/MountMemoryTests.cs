using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Fuse.Tests.Mounting;

[Collection(Driven.Collection)]
public sealed class MountMemoryTests
{
    [NeedsFuseFact]
    public void Cycles_InAProcessOfTheirOwn_KeepHeapAndWorkingSet()
    {
        // Code that is compiled anew while it gets hot would be counted, too: without tiers 100 cycles add 1 %, with them up to 7 %.
        Dictionary<string, string> variables = Driven.Variables();
        variables["DOTNET_TieredCompilation"] = "0";

        ProcessOutcome outcome = ChildProcess.Run(Driven.Command(uid: null, "memory") with { Environment = variables }, Driven.Patience).Expect();

        Assert.Contains("after 100 cycles", outcome.Output, StringComparison.Ordinal);
    }
}
