namespace VirtualRoot.Special.Trace;

/// <summary>How what a special path tells varies, for somebody who looks for the reason why an action's result does.</summary>
/// <param name="From">From <c>run</c> to run on one machine, or from <c>machine</c> to machine.</param>
/// <param name="What">What varies.</param>
public sealed record SpecialVariation(string From, string What)
{
    private const string Run = "run";
    private const string Machine = "machine";

    // The first prefix that fits counts; a '/' at its end means everything below.
    private static readonly (string Prefix, bool IsFixedByHermetic, SpecialVariation? Variation)[] s_table =
    [
        ("/proc/meminfo", true, new(Run, "memory in use")),
        ("/proc/vmstat", true, new(Run, "memory in use")),
        ("/proc/stat", true, new(Run, "processor times, time of boot")),
        ("/proc/uptime", true, new(Run, "time since boot")),
        ("/proc/loadavg", true, new(Run, "load")),
        ("/proc/sys/kernel/random/uuid", false, new(Run, "random bytes")),
        ("/proc/sys/kernel/random/boot_id", true, new(Machine, "the boot's id")),
        ("/dev/random", false, new(Run, "random bytes")),
        ("/dev/urandom", false, new(Run, "random bytes")),
        ("/proc/PID/task/TID/", false, new(Run, "numbers, times, addresses of a thread")),
        ("/proc/PID/stat", false, new(Run, "process numbers, times, addresses")),
        ("/proc/PID/statm", false, new(Run, "memory in use")),
        ("/proc/PID/status", false, new(Run, "process numbers, memory in use")),
        ("/proc/PID/maps", false, new(Run, "addresses")),
        ("/proc/PID/smaps", false, new(Run, "addresses, memory in use")),
        ("/proc/PID/auxv", false, new(Run, "addresses")),
        ("/proc/PID/io", false, new(Run, "bytes read and written")),
        ("/proc/PID/environ", false, new(Run, "the environment")),
        ("/proc/PID/mounts", false, new(Machine, "mounts")),
        ("/proc/PID/mountinfo", false, new(Machine, "mounts")),
        ("/proc/PID/limits", false, new(Machine, "resource limits")),
        ("/proc/PID/net/", false, new(Machine, "network interfaces")),
        ("/proc/PID/", false, null),
        ("/proc/cpuinfo", true, new(Machine, "processors")),
        ("/proc/version", true, new(Machine, "kernel version")),
        ("/proc/filesystems", true, new(Machine, "what the kernel was built with")),
        ("/proc/sys/", true, new(Machine, "kernel version, host name, settings")),
        ("/sys/", true, new(Machine, "processors, memory nodes, limits")),
    ];

    /// <summary>How <paramref name="path"/> varies where the root tells of <paramref name="profile"/>; null: it does not.</summary>
    public static SpecialVariation? Of(string path, MachineProfile profile)
    {
        foreach ((string prefix, bool isFixedByHermetic, SpecialVariation? variation) in s_table)
        {
            if (prefix.EndsWith('/') ? path.StartsWith(prefix, StringComparison.Ordinal) : path == prefix)
            {
                return isFixedByHermetic && profile == MachineProfile.Hermetic ? null : variation;
            }
        }

        return null;
    }
}
