"""What is asked for, how needed it is, and the shape in which its text is compared."""
from . import shapes

MUST, SHOULD, OTHER = "must", "should", "other"

PROCESS_FILES = [
    ("maps", MUST, shapes.mappings), ("status", MUST, shapes.names), ("stat", MUST, shapes.words), ("statm", MUST, shapes.numbers),
    ("cmdline", MUST, shapes.exact), ("comm", MUST, shapes.exact), ("mounts", MUST, shapes.mounts), ("mountinfo", MUST, shapes.mount_details),
    ("cgroup", MUST, shapes.unified), ("limits", SHOULD, shapes.exact), ("environ", SHOULD, shapes.entries), ("coredump_filter", SHOULD, shapes.exact),
    ("auxv", OTHER, shapes.count), ("smaps", OTHER, shapes.headers), ("smaps_rollup", OTHER, shapes.headers), ("io", OTHER, shapes.names),
    ("oom_score", OTHER, shapes.numbers), ("oom_score_adj", OTHER, shapes.exact), ("loginuid", OTHER, shapes.exact), ("sessionid", OTHER, shapes.exact),
    ("uid_map", OTHER, shapes.exact), ("gid_map", OTHER, shapes.exact), ("setgroups", OTHER, shapes.exact), ("projid_map", OTHER, shapes.exact),
    ("personality", OTHER, shapes.exact), ("schedstat", OTHER, shapes.numbers), ("timerslack_ns", OTHER, shapes.exact), ("wchan", OTHER, shapes.exact),
    ("mountstats", OTHER, type), ("cpuset", OTHER, shapes.exact),
]

MACHINE_FILES = [
    ("/proc/meminfo", MUST, shapes.numbers), ("/proc/cpuinfo", MUST, shapes.numbers), ("/proc/stat", MUST, shapes.first_words), ("/proc/uptime", MUST, shapes.numbers),
    ("/proc/loadavg", MUST, shapes.numbers), ("/proc/filesystems", SHOULD, shapes.exact), ("/proc/version", SHOULD, shapes.exact),
    ("/proc/cgroups", OTHER, shapes.first_line), ("/proc/swaps", OTHER, shapes.first_line), ("/proc/diskstats", OTHER, type), ("/proc/partitions", OTHER, shapes.first_line),
    ("/proc/devices", OTHER, shapes.first_line), ("/proc/cmdline", OTHER, type), ("/proc/vmstat", OTHER, shapes.numbers),
    ("/proc/pressure/cpu", OTHER, shapes.numbers), ("/proc/pressure/io", OTHER, shapes.numbers), ("/proc/pressure/memory", OTHER, shapes.numbers),
    ("/proc/sysvipc/shm", OTHER, shapes.first_line), ("/proc/sysvipc/sem", OTHER, shapes.first_line), ("/proc/sysvipc/msg", OTHER, shapes.first_line),
    ("/proc/sys/kernel/cap_last_cap", SHOULD, shapes.exact), ("/proc/sys/kernel/ngroups_max", SHOULD, shapes.exact), ("/proc/sys/kernel/pid_max", SHOULD, shapes.numbers),
    ("/proc/sys/kernel/osrelease", SHOULD, shapes.exact), ("/proc/sys/kernel/ostype", SHOULD, shapes.exact), ("/proc/sys/kernel/hostname", SHOULD, shapes.exact),
    ("/proc/sys/kernel/domainname", OTHER, shapes.exact), ("/proc/sys/kernel/version", OTHER, shapes.exact), ("/proc/sys/kernel/threads-max", OTHER, shapes.numbers),
    ("/proc/sys/kernel/random/boot_id", SHOULD, shapes.exact), ("/proc/sys/kernel/random/uuid", OTHER, shapes.digits),
    ("/proc/sys/kernel/random/entropy_avail", SHOULD, shapes.exact), ("/proc/sys/kernel/random/poolsize", SHOULD, shapes.exact),
    ("/proc/sys/kernel/overflowuid", OTHER, shapes.exact), ("/proc/sys/kernel/overflowgid", OTHER, shapes.exact), ("/proc/sys/kernel/randomize_va_space", OTHER, shapes.exact),
    ("/proc/sys/kernel/core_pattern", OTHER, type), ("/proc/sys/kernel/core_uses_pid", OTHER, shapes.numbers), ("/proc/sys/kernel/tainted", OTHER, shapes.numbers),
    ("/proc/sys/kernel/perf_event_paranoid", OTHER, shapes.exact), ("/proc/sys/kernel/kptr_restrict", OTHER, shapes.exact), ("/proc/sys/kernel/dmesg_restrict", OTHER, shapes.exact),
    ("/proc/sys/kernel/shmmax", OTHER, shapes.exact), ("/proc/sys/kernel/shmall", OTHER, shapes.exact), ("/proc/sys/kernel/shmmni", OTHER, shapes.exact),
    ("/proc/sys/kernel/sem", OTHER, shapes.exact), ("/proc/sys/kernel/msgmax", OTHER, shapes.exact), ("/proc/sys/kernel/msgmnb", OTHER, shapes.exact), ("/proc/sys/kernel/msgmni", OTHER, shapes.exact),
    ("/proc/sys/kernel/seccomp/actions_avail", OTHER, shapes.exact),
    ("/proc/sys/vm/overcommit_memory", SHOULD, shapes.exact), ("/proc/sys/vm/overcommit_ratio", OTHER, shapes.exact), ("/proc/sys/vm/max_map_count", OTHER, shapes.exact),
    ("/proc/sys/vm/swappiness", OTHER, shapes.exact), ("/proc/sys/vm/mmap_min_addr", OTHER, shapes.exact), ("/proc/sys/vm/nr_hugepages", OTHER, shapes.numbers),
    ("/proc/sys/fs/file-max", OTHER, shapes.exact), ("/proc/sys/fs/file-nr", OTHER, shapes.numbers), ("/proc/sys/fs/nr_open", OTHER, shapes.exact),
    ("/proc/sys/fs/pipe-max-size", OTHER, shapes.exact), ("/proc/sys/fs/aio-max-nr", OTHER, shapes.exact), ("/proc/sys/fs/aio-nr", OTHER, shapes.numbers),
    ("/proc/sys/fs/suid_dumpable", OTHER, shapes.exact),
    ("/proc/sys/fs/inotify/max_user_watches", OTHER, shapes.exact), ("/proc/sys/fs/inotify/max_user_instances", OTHER, shapes.exact), ("/proc/sys/fs/inotify/max_queued_events", OTHER, shapes.exact),
    ("/proc/sys/fs/epoll/max_user_watches", OTHER, shapes.exact),
    ("/proc/net/if_inet6", SHOULD, type), ("/proc/net/dev", OTHER, shapes.first_line), ("/proc/net/route", OTHER, shapes.first_line), ("/proc/net/tcp", OTHER, shapes.first_line),
    ("/proc/net/udp", OTHER, shapes.first_line), ("/proc/net/unix", OTHER, shapes.first_line), ("/proc/net/arp", OTHER, shapes.first_line), ("/proc/net/ipv6_route", OTHER, type),
    ("/sys/devices/system/cpu/online", MUST, shapes.exact), ("/sys/devices/system/cpu/possible", MUST, shapes.exact), ("/sys/devices/system/cpu/present", MUST, shapes.exact),
    ("/sys/devices/system/cpu/offline", OTHER, shapes.exact), ("/sys/devices/system/cpu/isolated", OTHER, shapes.exact), ("/sys/devices/system/cpu/kernel_max", OTHER, shapes.numbers),
    ("/sys/devices/system/cpu/cpu0/topology/core_id", OTHER, shapes.exact), ("/sys/devices/system/cpu/cpu0/topology/physical_package_id", OTHER, shapes.exact),
    ("/sys/devices/system/cpu/cpu0/topology/core_siblings_list", OTHER, shapes.numbers), ("/sys/devices/system/cpu/cpu0/topology/thread_siblings", OTHER, shapes.digits),
    ("/sys/devices/system/cpu/cpu0/cache/index0/size", OTHER, shapes.exact), ("/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size", OTHER, shapes.exact),
    ("/sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list", OTHER, shapes.numbers),
    ("/sys/devices/system/node/online", SHOULD, shapes.exact), ("/sys/devices/system/node/node0/cpulist", OTHER, shapes.exact), ("/sys/devices/system/node/node0/meminfo", OTHER, shapes.first_line),
    ("/sys/kernel/mm/transparent_hugepage/enabled", SHOULD, shapes.exact), ("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", SHOULD, shapes.exact),
    ("/sys/kernel/mm/transparent_hugepage/shmem_enabled", SHOULD, shapes.exact), ("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", SHOULD, shapes.exact),
]

DIRECTORIES = [
    ("/proc", MUST), ("/proc/self/", MUST), ("/proc/self/fd", MUST), ("/proc/self/fdinfo", SHOULD), ("/proc/self/task", MUST), ("/proc/thread-self/", MUST),
    ("/proc/self/net", OTHER), ("/proc/sys", SHOULD), ("/proc/sys/kernel", SHOULD), ("/proc/sys/kernel/random", SHOULD), ("/proc/sys/vm", SHOULD), ("/proc/sys/fs", OTHER),
    ("/proc/pressure", OTHER), ("/proc/sysvipc", OTHER), ("/sys", MUST), ("/sys/devices/system/cpu", MUST), ("/sys/devices/system/cpu/cpu0", MUST), ("/sys/devices/system/node", SHOULD),
    ("/sys/kernel/mm/hugepages", SHOULD), ("/sys/kernel/mm/transparent_hugepage", SHOULD), ("/dev", MUST),
]

LINKS = [
    ("/proc/self", MUST), ("/proc/thread-self", MUST), ("/proc/mounts", MUST), ("/proc/net", SHOULD), ("/proc/self/exe", MUST), ("/proc/self/cwd", MUST), ("/proc/self/root", MUST),
    ("/proc/self/fd/9", MUST), ("/dev/fd", MUST), ("/dev/stdin", MUST), ("/dev/stdout", MUST), ("/dev/stderr", MUST),
]

DEVICES = ["null", "zero", "full", "random", "urandom", "tty"]

# What must be had as little here as there: by what it would give, or since no machine in a root has it.
DENIED = ["mem", "pagemap", "stack", "syscall", "map_files", "clear_refs"]
ABSENT = ["/proc/0", "/proc/2147483647", "/proc/01", "/proc/+1", "/proc/no-such-name", "/proc/self/no-such-name", "/proc/self/fd/999", "/proc/self/fd/-1", "/proc/self/fd/00", "/proc/self/fdinfo/999",
          "/proc/self/task/2147483647", "/proc/self/task/0", "/proc/sys/no-such-name", "/sys/no-such-name", "/sys/devices/system/cpu/cpu4096", "/dev/no-such-name", "/proc/self/fd/pipe:[1]", "/proc/mounts/x"]
