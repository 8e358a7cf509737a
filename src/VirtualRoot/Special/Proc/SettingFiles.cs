using System.Text;
using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Proc;

/// <summary>/proc/sys: the kernel's settings that programs ask for, none of them writable. Those that name programs or files of
/// the machine (core_pattern) are the kernel's defaults.</summary>
internal static class SettingFiles
{
    private const string HermeticBootId = "00000000-0000-4000-8000-000000000000\n";

    /// <summary>Names directly in /proc/sys.</summary>
    public static (byte[] Name, SpecialNode Node)[] Top(SpecialEntries sys, MachineTexts texts)
    {
        return [
            sys.Directory("kernel", kernel => [
                Setting(kernel, "kernel/osrelease", "6.1.0"),
                kernel.File("ostype", "Linux\n"),
                Setting(kernel, "kernel/version", "#1 SMP"),
                Setting(kernel, "kernel/hostname", "vroot"),
                kernel.File("domainname", "(none)\n"),
                Setting(kernel, "kernel/pid_max", "4194304"),
                Setting(kernel, "kernel/threads-max", "131072"),
                kernel.File("ngroups_max", "65536\n"),
                Setting(kernel, "kernel/cap_last_cap", "40"),
                kernel.File("core_pattern", "core\n"),
                kernel.File("core_uses_pid", "0\n"),
                Setting(kernel, "kernel/overflowuid", "65534"),
                Setting(kernel, "kernel/overflowgid", "65534"),
                Setting(kernel, "kernel/randomize_va_space", "2"),
                Setting(kernel, "kernel/perf_event_paranoid", "2"),
                Setting(kernel, "kernel/kptr_restrict", "1"),
                Setting(kernel, "kernel/dmesg_restrict", "1"),
                kernel.File("tainted", "0\n"),
                Setting(kernel, "kernel/shmmax", "18446744073692774399"),
                Setting(kernel, "kernel/shmall", "18446744073692774399"),
                Setting(kernel, "kernel/shmmni", "4096"),
                Setting(kernel, "kernel/sem", "32000\t1024000000\t500\t32000"),
                Setting(kernel, "kernel/msgmax", "8192"),
                Setting(kernel, "kernel/msgmnb", "16384"),
                Setting(kernel, "kernel/msgmni", "32000"),
                kernel.Directory("seccomp", seccomp => [
                    Setting(seccomp, "kernel/seccomp/actions_avail", "kill_process kill_thread trap errno user_notif trace log allow")]),
                kernel.Directory("random", random => [
                    random.File("boot_id", texts.HostOr("sys/kernel/random/boot_id"u8, HermeticBootId)),
                    random.File("entropy_avail", "256\n"),
                    random.File("poolsize", "256\n"),
                    random.File("uuid", new RandomIdContent())])]),
            sys.Directory("vm", vm => [
                Setting(vm, "vm/overcommit_memory", "0"),
                Setting(vm, "vm/overcommit_ratio", "50"),
                Setting(vm, "vm/max_map_count", "65530"),
                Setting(vm, "vm/swappiness", "60"),
                Setting(vm, "vm/mmap_min_addr", "65536"),
                vm.File("nr_hugepages", "0\n")]), // as meminfo and /sys tell
            sys.Directory("fs", fs => [
                Setting(fs, "fs/file-max", "9223372036854775807"),
                Setting(fs, "fs/file-nr", "1024\t0\t9223372036854775807"),
                Setting(fs, "fs/nr_open", "1048576"),
                Setting(fs, "fs/pipe-max-size", "1048576"),
                Setting(fs, "fs/aio-max-nr", "65536"),
                Setting(fs, "fs/aio-nr", "0"),
                Setting(fs, "fs/suid_dumpable", "0"),
                fs.Directory("inotify", inotify => [
                    Setting(inotify, "fs/inotify/max_user_watches", "65536"),
                    Setting(inotify, "fs/inotify/max_user_instances", "128"),
                    Setting(inotify, "fs/inotify/max_queued_events", "16384")]),
                fs.Directory("epoll", epoll => [
                    Setting(epoll, "fs/epoll/max_user_watches", "1048576")])]),
        ];

        (byte[] Name, SpecialNode Node) Setting(SpecialEntries directory, string path, string otherwise) =>
            directory.File(path[(path.LastIndexOf('/') + 1)..], texts.HostOr(Encoding.ASCII.GetBytes("sys/" + path), otherwise + "\n"));
    }
}
