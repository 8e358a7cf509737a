using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Proc;

/// <summary>The allow-list of /proc's files of the machine: what programs fail or mislead themselves without. What names the
/// machine's own disks, drivers and boot options tells of a machine that has none.</summary>
internal static class MachineFiles
{
    private const string HermeticVersion = "Linux version 6.1.0 (vroot@vroot) #1 SMP\n";
    private const string Controllers = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t1\t1\ncpu\t0\t1\t1\ncpuacct\t0\t1\t1\nmemory\t0\t1\t1\npids\t0\t1\t1\n";
    private const string Devices = "Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n\nBlock devices:\n";
    private const string FileSystems = "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\tpipefs\nnodev\tdevpts\n\text4\nnodev\tfuse\n";
    private const string SomePressure = "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
    private const string Pressure = SomePressure + "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";

    /// <summary>Names directly in /proc.</summary>
    public static (byte[] Name, SpecialNode Node)[] Top(SpecialContext context)
    {
        MachineTexts texts = new(context.Machine);
        SpecialEntries proc = new(context, "proc");
        return [
            proc.File("meminfo", new MeminfoContent()),
            proc.File("cpuinfo", new CpuinfoContent()),
            proc.File("stat", new ProcessorTimesContent()),
            proc.File("uptime", new UptimeContent()),
            proc.File("loadavg", texts.HostOr("loadavg"u8, "0.00 0.00 0.00 1/1 1\n")),
            proc.File("version", texts.HostOr("version"u8, HermeticVersion)),
            proc.File("filesystems", texts.HostOr("filesystems"u8, FileSystems)),
            proc.File("cgroups", Controllers), // the JVM asks it which version of cgroups there is: hierarchy 0 says 2
            proc.File("vmstat", new VmstatContent()),
            proc.File("swaps", new SwapsContent()),
            proc.File("diskstats", ""),
            proc.File("partitions", "major minor  #blocks  name\n\n"),
            proc.File("devices", Devices),
            proc.File("cmdline", "ro\n"),
            proc.Directory("pressure", pressure => [
                pressure.File("cpu", texts.HostOr("pressure/cpu"u8, Pressure)),
                pressure.File("io", texts.HostOr("pressure/io"u8, Pressure)),
                pressure.File("memory", texts.HostOr("pressure/memory"u8, Pressure))]),
            proc.Directory("sysvipc", ipc => [
                ipc.File("shm", "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n"),
                ipc.File("sem", "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"),
                ipc.File("msg", "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n")]),
            proc.Directory("sys", sys => SettingFiles.Top(sys, texts)),
        ];
    }
}
