using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Passthrough;

/// <summary>What of the machine's /proc, /sys and /dev is never passed on: what the kernel grants by the reader's own rights,
/// and the reader would be the daemon; memory; logs; and processes, which have nodes of our own.</summary>
internal static class HostRules
{
    private static readonly string[] s_denied =
    [
        "proc/acpi", "proc/kallsyms", "proc/kcore", "proc/key-users", "proc/keys", "proc/kmsg", "proc/kpagecgroup",
        "proc/kpagecount", "proc/kpageflags", "proc/latency_stats", "proc/net", "proc/sched_debug", "proc/self",
        "proc/sysrq-trigger", "proc/thread-self", "proc/timer_list", "proc/vmallocinfo", "proc/vmcore",
        "sys/firmware", "sys/fs/bpf", "sys/fs/pstore", "sys/kernel/debug", "sys/kernel/security", "sys/kernel/tracing",
        "sys/kernel/vmcoreinfo", "dev/shm", "dev/mqueue", "dev/hugepages",
    ];

    private static readonly string[] s_deniedOfProcesses = ["mem", "pagemap", "stack", "syscall", "map_files", "clear_refs", "seccomp_cache"];

    /// <summary>Whether a path, such as <c>proc/kcore</c>, is withheld.</summary>
    public static bool Denies(string path) =>
        Array.IndexOf(s_denied, path) >= 0 || (path.StartsWith("proc/", StringComparison.Ordinal) && char.IsAsciiDigit(path[5]));

    /// <summary>Whether a file of a process's directory is withheld.</summary>
    public static bool DeniesOfProcess(string name) => Array.IndexOf(s_deniedOfProcesses, name) >= 0;

    /// <summary>Whether a file type is shown. A device could be opened where the mount may hold them, for writing as well.</summary>
    public static bool Shows(NodeKind kind, bool devicesWork) =>
        kind is not (NodeKind.CharacterDevice or NodeKind.BlockDevice) || !devicesWork;
}
