using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Sys;

/// <summary>/sys/devices/system/node: one node that has all processors and all memory.</summary>
internal static class MemoryNodeFiles
{
    /// <summary>The names.</summary>
    public static (byte[] Name, SpecialNode Node)[] All(SpecialEntries node, MachineModel machine) => [
        node.File("online", "0\n"),
        node.File("possible", "0\n"),
        node.File("has_cpu", "0\n"),
        node.File("has_memory", "0\n"),
        node.File("has_normal_memory", "0\n"),
        node.Directory("node0", zero => [
            zero.File("cpulist", machine.CpuList + "\n"),
            zero.File("cpumap", machine.CpuMask(static _ => true) + "\n"),
            zero.File("meminfo", new NodeMeminfoContent()),
            zero.File("numastat", "numa_hit 0\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 0\nother_node 0\n"),
            zero.File("distance", "10\n")])];
}
