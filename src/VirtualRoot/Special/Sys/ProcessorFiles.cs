using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Sys;

/// <summary>/sys/devices/system/cpu: one package whose cores have one thread each.</summary>
internal static class ProcessorFiles
{
    /// <summary>The names.</summary>
    public static (byte[] Name, SpecialNode Node)[] All(SpecialEntries cpu, MachineModel machine)
    {
        ProcessorCache[] caches = machine.IsHermetic ? ProcessorCache.Hermetic : ProcessorCache.OfThisMachine;
        return [
            cpu.File("online", machine.CpuList + "\n"),
            cpu.File("possible", machine.CpuList + "\n"),
            cpu.File("present", machine.CpuList + "\n"),
            cpu.File("offline", "\n"),
            cpu.File("isolated", "\n"),
            cpu.File("kernel_max", "8191\n"),
            .. Enumerable.Range(0, machine.CpuCount).Select(number => cpu.Directory($"cpu{number}", one => [
                one.File("online", "1\n"),
                one.Directory("topology", topology => Topology(topology, machine, number)),
                .. caches.Length == 0 ? [] : new[] { one.Directory("cache", cache => Caches(cache, caches, machine, number)) }]))];
    }

    private static (byte[] Name, SpecialNode Node)[] Topology(SpecialEntries topology, MachineModel machine, int number)
    {
        string all = machine.CpuMask(static _ => true) + "\n";
        string own = machine.CpuMask(cpu => cpu == number) + "\n";
        return [
            topology.File("core_id", $"{number}\n"),
            topology.File("physical_package_id", "0\n"),
            topology.File("die_id", "0\n"),
            topology.File("core_siblings", all),
            topology.File("core_siblings_list", machine.CpuList + "\n"),
            topology.File("package_cpus", all),
            topology.File("package_cpus_list", machine.CpuList + "\n"),
            topology.File("die_cpus", all),
            topology.File("die_cpus_list", machine.CpuList + "\n"),
            topology.File("thread_siblings", own),
            topology.File("thread_siblings_list", $"{number}\n"),
            topology.File("core_cpus", own),
            topology.File("core_cpus_list", $"{number}\n")];
    }

    private static (byte[] Name, SpecialNode Node)[] Caches(SpecialEntries cache, ProcessorCache[] caches, MachineModel machine, int number) =>
        [.. caches.Select((one, index) => cache.Directory($"index{index}", files => [
            .. one.Files.Select(file => files.File(file.Name, file.Text)),
            files.File("shared_cpu_list", one.IsShared ? machine.CpuList + "\n" : $"{number}\n"),
            files.File("shared_cpu_map", machine.CpuMask(cpu => one.IsShared || cpu == number) + "\n")]))];
}
