using System.Globalization;
using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Sys;

/// <summary>/sys: processors, memory nodes, huge pages and the version 2 cgroup that the action sees itself at the top of.
/// All of it is fixed for the root's life, and agrees with /proc.</summary>
internal static class SysDirectory
{
    /// <summary>The directory.</summary>
    public static StaticDirectory Create(SpecialContext context)
    {
        MachineModel machine = context.Machine;
        SpecialEntries sys = new(context, "sys");
        return new StaticDirectory(context, SpecialInode.Of("sys"u8), 0x16d, comesFirst: false, [
            sys.Directory("devices", devices => [
                devices.Directory("system", system => [
                    system.Directory("cpu", cpu => Processors(cpu, machine)),
                    system.Directory("node", node => MemoryNodes(node, machine))])]),
            sys.Directory("fs", fs => [fs.Directory("cgroup", cgroup => Cgroup(cgroup, machine))]),
            sys.Directory("kernel", kernel => [
                kernel.Directory("mm", mm => [
                    mm.Directory("hugepages", hugepages => [
                        hugepages.Directory("hugepages-2048kB", size => [
                            size.File("nr_hugepages", "0\n"), size.File("free_hugepages", "0\n"), size.File("resv_hugepages", "0\n"),
                            size.File("surplus_hugepages", "0\n"), size.File("nr_overcommit_hugepages", "0\n")])]),
                    mm.Directory("transparent_hugepage", huge => [
                        huge.File("enabled", "always [madvise] never\n"),
                        huge.File("defrag", "always defer defer+madvise [madvise] never\n"),
                        huge.File("shmem_enabled", "always within_size advise [never] deny force\n"),
                        huge.File("hpage_pmd_size", "2097152\n")])])]),
        ]);
    }

    private static (byte[] Name, SpecialNode Node)[] Processors(SpecialEntries cpu, MachineModel machine) => [
        cpu.File("online", machine.CpuList + "\n"),
        cpu.File("possible", machine.CpuList + "\n"),
        cpu.File("present", machine.CpuList + "\n"),
        cpu.File("offline", "\n"),
        cpu.File("isolated", "\n"),
        cpu.File("kernel_max", "8191\n"),
        .. Enumerable.Range(0, machine.CpuCount).Select(number => cpu.Directory($"cpu{number}", one => [
            one.File("online", "1\n"),
            one.Directory("topology", topology => [
                topology.File("core_id", $"{number}\n"),
                topology.File("physical_package_id", "0\n"),
                topology.File("core_siblings_list", machine.CpuList + "\n"),
                topology.File("thread_siblings_list", $"{number}\n")])]))];

    private static (byte[] Name, SpecialNode Node)[] MemoryNodes(SpecialEntries node, MachineModel machine) => [
        node.File("online", "0\n"),
        node.File("possible", "0\n"),
        node.File("has_cpu", "0\n"),
        node.File("has_memory", "0\n"),
        node.Directory("node0", zero => [
            zero.File("cpulist", machine.CpuList + "\n"),
            zero.File("distance", "10\n")])];

    private static (byte[] Name, SpecialNode Node)[] Cgroup(SpecialEntries cgroup, MachineModel machine)
    {
        string memory = machine.HasMemoryLimit ? machine.MemoryBytes.ToString(CultureInfo.InvariantCulture) : "max";
        string quota = machine.CpuQuota?.ToString(CultureInfo.InvariantCulture) ?? "max";
        return [
            cgroup.File("cgroup.controllers", "cpuset cpu memory pids\n"),
            cgroup.File("cgroup.subtree_control", "\n"),
            cgroup.File("cgroup.type", "domain\n"),
            cgroup.File("cpu.max", $"{quota} {MachineModel.CpuPeriod}\n"),
            cgroup.File("cpu.weight", "100\n"),
            cgroup.File("cpuset.cpus.effective", machine.CpuList + "\n"),
            cgroup.File("cpuset.mems.effective", "0\n"),
            cgroup.File("memory.max", memory + "\n"),
            cgroup.File("memory.high", "max\n"),
            cgroup.File("memory.low", "0\n"),
            cgroup.File("memory.min", "0\n"),
            cgroup.File("memory.swap.max", machine.HasMemoryLimit ? "0\n" : "max\n"),
            cgroup.File("memory.swap.current", "0\n"),
            cgroup.File("pids.max", "max\n")];
    }
}
