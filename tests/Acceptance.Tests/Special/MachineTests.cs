using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary>What real programs take the machine for.</summary>
[Collection(MountingCollection.Name)]
public sealed class MachineTests(Machine machine)
{
    private static readonly string[] s_limited = ["--cpus", "1", "--memory", "700M"];

    [NeedsFuseTheory, BothPrivileges]
    public void Java_Limited_SeesAContainerOfOneProcessorAnd700M(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        string settings = user.Run(machine.ToolsRoot, s_limited, "/opt/jdk/bin/java", "-XshowSettings:system", "-version").Expect().Error;
        Assert.Contains("Provider: cgroupv2", settings, StringComparison.Ordinal);
        Assert.Contains("Effective CPU Count: 1", settings, StringComparison.Ordinal);
        Assert.Contains("Memory Limit: 700.00M", settings, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Node_Limited_SeesOneProcessorAnd700M(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "const os = require('os'); console.log(os.cpus().length, os.availableParallelism(), process.constrainedMemory() / 1048576)";
        Assert.Equal("1 1 700\n", user.Run(machine.ToolsRoot, s_limited, "/usr/bin/node", "-e", Script).Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void BusyBox_Hermetic_SeesAnotherHostThatIsAlwaysTheSame(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = "cd /proc/sys/kernel; cat hostname osrelease random/boot_id /proc/loadavg; /bin/busybox hostname; /bin/busybox nproc; /bin/busybox cat /sys/devices/system/cpu/online";
        ProcessOutcome outcome = user.Run(machine.SmallRoot, ["--machine", "hermetic", "--cpus", "1"], "/bin/sh", "-c", Script);
        Assert.Equal("vroot\n6.1.0\n00000000-0000-4000-8000-000000000000\n0.00 0.00 0.00 1/1 1\nvroot\n1\n0\n", outcome.Expect().Output);
    }
}
