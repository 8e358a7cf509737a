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
    public void Java_Limited_SizesItsPoolsAndHeapByIt(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            echo 'public class Size { public static void main(String[] a) {
              System.out.println(Runtime.getRuntime().availableProcessors() + " " + (Runtime.getRuntime().maxMemory() >> 20)); } }' > /Size.java
            /opt/jdk/bin/java -XX:MaxRAMPercentage=50 /Size.java
            """;
        string[] told = user.Run(machine.ToolsRoot, s_limited, "/bin/bash", "-c", Script).Expect().Output.Trim().Split(' ');
        Assert.Equal("1", told[0]);
        Assert.InRange(int.Parse(told[1], System.Globalization.CultureInfo.InvariantCulture), 300, 350);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Python_Limited_CountsOneProcessorEverywhere(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            import os
            def first(path): return open(path).read().split()[0]
            memory = {line.split(':')[0]: int(line.split()[1]) for line in open('/proc/meminfo')}
            print(os.cpu_count(), len(os.sched_getaffinity(0)), os.sysconf('SC_NPROCESSORS_ONLN'),
                open('/proc/cpuinfo').read().count('processor\t'), first('/sys/devices/system/cpu/online'), first('/sys/fs/cgroup/cpuset.cpus.effective'),
                first('/sys/fs/cgroup/cpu.max'), first('/sys/fs/cgroup/memory.max'), memory['MemTotal'], memory['MemAvailable'] <= memory['MemTotal'])
            """;
        Assert.Equal("1 1 1 1 0 0 100000 734003200 716800 True\n", user.Run(machine.ToolsRoot, s_limited, "/usr/bin/python3", "-c", Script).Expect().Output);
    }

    [NeedsFuseTheory("/usr/bin/node"), BothPrivileges]
    public void Programs_WithoutLimits_AgreeOnTheMachine(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            set -e
            count=$(/usr/bin/python3 -c 'import os; print(len(os.sched_getaffinity(0)))')
            test $count = $(/bin/busybox nproc)
            test $count = $(/usr/bin/node -p 'os.cpus().length')
            test $count = $(/bin/busybox grep -c ^processor /proc/cpuinfo)
            test "$(cat /sys/fs/cgroup/cpu.max)" = 'max 100000'
            test "$(cat /sys/fs/cgroup/memory.max)" = max
            /usr/bin/node -p 'os.totalmem() / 1024 == require("fs").readFileSync("/proc/meminfo", "utf8").match(/MemTotal: *([0-9]+)/)[1]'
            """;
        Assert.Equal("true\n", user.Run(machine.ToolsRoot, "/bin/bash", "-c", Script).Expect().Output);
    }

    [NeedsFuseTheory("/usr/bin/ninja"), BothPrivileges]
    public void Ninja_Limited_DerivesItsJobsFromIt(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.ToolsRoot, s_limited, "/usr/bin/ninja", "--help");
        Assert.Contains("[default=2", outcome.Output + outcome.Error, StringComparison.Ordinal); // one processor, and one more
    }

    [NeedsFuseTheory("/usr/lib/go"), BothPrivileges]
    public void Go_Limited_HasOneProcessor(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            mkdir -p /tmp /new && cd /new && cat > main.go <<'END' && /opt/go/bin/go run main.go
            package main
            import "runtime"
            func main() { println(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }
            END
            """;
        string[] options = ["--env", "GOCACHE=/tmp/go", "--env", "GO111MODULE=off", "--env", "CGO_ENABLED=0", .. s_limited];
        Assert.Equal("1 1\n", user.Run(machine.GoRoot, options, "/bin/sh", "-c", Script).Expect().Error); // println writes there
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
