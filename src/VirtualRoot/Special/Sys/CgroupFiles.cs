using System.Globalization;
using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Sys;

/// <summary>/sys/fs/cgroup: the group at whose top the action sees itself, with the root's limits.</summary>
internal static class CgroupFiles
{
    private const string Pressure = "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";

    /// <summary>The names.</summary>
    public static (byte[] Name, SpecialNode Node)[] All(SpecialEntries cgroup, MachineModel machine)
    {
        string memory = machine.HasMemoryLimit ? machine.MemoryBytes.ToString(CultureInfo.InvariantCulture) : "max";
        string quota = machine.CpuQuota?.ToString(CultureInfo.InvariantCulture) ?? "max";
        return [
            cgroup.File("cgroup.controllers", "cpuset cpu memory pids\n"),
            cgroup.File("cgroup.subtree_control", "\n"),
            cgroup.File("cgroup.type", "domain\n"),
            cgroup.File("cgroup.events", "populated 1\nfrozen 0\n"),
            cgroup.File("cgroup.freeze", "0\n"),
            cgroup.File("cgroup.stat", "nr_descendants 0\nnr_dying_descendants 0\n"),
            cgroup.File("cgroup.max.depth", "max\n"),
            cgroup.File("cgroup.max.descendants", "max\n"),
            Processes("cgroup.procs", countOnly: false),
            cgroup.File("cpu.max", $"{quota} {MachineModel.CpuPeriod}\n"),
            cgroup.File("cpu.max.burst", "0\n"),
            cgroup.File("cpu.weight", "100\n"),
            cgroup.File("cpu.weight.nice", "0\n"),
            cgroup.File("cpu.idle", "0\n"),
            cgroup.File("cpu.stat", new CgroupProcessorContent()),
            cgroup.File("cpu.pressure", Pressure),
            cgroup.File("cpuset.cpus", "\n"),
            cgroup.File("cpuset.cpus.effective", machine.CpuList + "\n"),
            cgroup.File("cpuset.mems", "\n"),
            cgroup.File("cpuset.mems.effective", "0\n"),
            cgroup.File("memory.max", memory + "\n"),
            cgroup.File("memory.high", "max\n"),
            cgroup.File("memory.low", "0\n"),
            cgroup.File("memory.min", "0\n"),
            cgroup.File("memory.current", new CgroupMemoryContent(isStatistics: false)),
            cgroup.File("memory.stat", new CgroupMemoryContent(isStatistics: true)),
            cgroup.File("memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"),
            cgroup.File("memory.pressure", Pressure),
            cgroup.File("memory.swap.max", machine.HasMemoryLimit ? "0\n" : "max\n"),
            cgroup.File("memory.swap.current", "0\n"),
            cgroup.File("pids.max", "max\n"),
            Processes("pids.current", countOnly: true)];

        (byte[] Name, SpecialNode Node) Processes(string name, bool countOnly) =>
            cgroup.Node(name, (context, inode) => new CgroupProcessesFile(context, inode, countOnly));
    }
}
