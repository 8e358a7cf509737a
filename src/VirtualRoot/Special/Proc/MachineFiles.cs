using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Proc;

/// <summary>The allow-list of /proc's files of the machine: what programs fail or mislead themselves without.</summary>
internal static class MachineFiles
{
    private const string HermeticVersion = "Linux version 6.1.0 (vroot@vroot) #1 SMP\n";
    private const string HermeticBootId = "00000000-0000-4000-8000-000000000000\n";
    private const string Controllers = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t1\t1\ncpu\t0\t1\t1\ncpuacct\t0\t1\t1\nmemory\t0\t1\t1\npids\t0\t1\t1\n";

    /// <summary>Names directly in /proc.</summary>
    public static (byte[] Name, SpecialNode Node)[] Top(SpecialContext context)
    {
        bool hermetic = context.Machine.IsHermetic;
        SpecialEntries proc = new(context, "proc");
        return [
            proc.File("meminfo", new MeminfoContent()),
            proc.File("cpuinfo", new CpuinfoContent()),
            proc.File("stat", new ProcessorTimesContent()),
            proc.File("uptime", HostOr("uptime"u8, "1000.00 1000.00\n")),
            proc.File("loadavg", HostOr("loadavg"u8, "0.00 0.00 0.00 1/1 1\n")),
            proc.File("version", HostOr("version"u8, HermeticVersion)),
            proc.File("filesystems", HostOr("filesystems"u8, "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\tpipefs\nnodev\tdevpts\n\text4\nnodev\tfuse\n")),
            proc.File("cgroups", Controllers), // the JVM asks it which version of cgroups there is: hierarchy 0 says 2
            proc.Directory("sys", sys => [
                sys.Directory("kernel", kernel => [
                    kernel.File("osrelease", HostOr("sys/kernel/osrelease"u8, "6.1.0\n")),
                    kernel.File("ostype", "Linux\n"),
                    kernel.File("hostname", HostOr("sys/kernel/hostname"u8, "vroot\n")),
                    kernel.File("pid_max", HostOr("sys/kernel/pid_max"u8, "4194304\n")),
                    kernel.File("ngroups_max", "65536\n"),
                    kernel.File("cap_last_cap", HostOr("sys/kernel/cap_last_cap"u8, "40\n")),
                    kernel.Directory("random", random => [
                        random.File("boot_id", HostOr("sys/kernel/random/boot_id"u8, HermeticBootId)),
                        random.File("entropy_avail", "256\n"),
                        random.File("poolsize", "256\n"),
                        random.File("uuid", new RandomIdContent())])]),
                sys.Directory("vm", vm => [
                    vm.File("overcommit_memory", HostOr("sys/vm/overcommit_memory"u8, "0\n"))])]),
        ];

        IMachineContent HostOr(ReadOnlySpan<byte> path, string fixedText) => hermetic ? new FixedContent(fixedText) : new HostContent(path);
    }
}
