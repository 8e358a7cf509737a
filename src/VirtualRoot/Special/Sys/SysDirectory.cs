using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Sys;

/// <summary>/sys: processors, memory nodes, huge pages and the version 2 cgroup that the action sees itself at the top of, all of
/// which agree with /proc. Disks, buses, firmware (DMI) and modules are ENOENT: an action has none.</summary>
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
                    system.Directory("cpu", cpu => ProcessorFiles.All(cpu, machine)),
                    system.Directory("node", node => MemoryNodeFiles.All(node, machine))])]),
            sys.Directory("fs", fs => [fs.Directory("cgroup", cgroup => CgroupFiles.All(cgroup, machine))]),
            sys.Directory("kernel", kernel => [
                kernel.Directory("mm", mm => [
                    mm.Directory("hugepages", hugepages => [
                        hugepages.Directory("hugepages-2048kB", HugePages)]),
                    mm.Directory("transparent_hugepage", huge => [
                        huge.File("enabled", "always [madvise] never\n"),
                        huge.File("defrag", "always defer defer+madvise [madvise] never\n"),
                        huge.File("shmem_enabled", "always within_size advise [never] deny force\n"),
                        huge.File("use_zero_page", "1\n"),
                        huge.File("hpage_pmd_size", "2097152\n")])])]),
        ]);
    }

    private static (byte[] Name, SpecialNode Node)[] HugePages(SpecialEntries size) => [
        size.File("nr_hugepages", "0\n"),
        size.File("free_hugepages", "0\n"),
        size.File("resv_hugepages", "0\n"),
        size.File("surplus_hugepages", "0\n"),
        size.File("nr_overcommit_hugepages", "0\n")];
}
