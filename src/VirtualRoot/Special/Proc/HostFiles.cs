namespace VirtualRoot.Special.Proc;

/// <summary>The allow-list of files of the machine: what programs fail or mislead themselves without.</summary>
internal static class HostFiles
{
    /// <summary>Names directly in /proc.</summary>
    public static (byte[] Name, SpecialNode Node)[] Top(SpecialContext context) => [
        File(context, "meminfo"u8, "meminfo\0"u8),
        File(context, "cpuinfo"u8, "cpuinfo\0"u8),
        File(context, "stat"u8, "stat\0"u8),
        File(context, "uptime"u8, "uptime\0"u8),
        File(context, "loadavg"u8, "loadavg\0"u8),
        File(context, "version"u8, "version\0"u8),
        File(context, "filesystems"u8, "filesystems\0"u8),
        Directory(context, "sys"u8, "proc/sys"u8, [
            Directory(context, "kernel"u8, "proc/sys/kernel"u8, [
                File(context, "osrelease"u8, "sys/kernel/osrelease\0"u8),
                File(context, "ostype"u8, "sys/kernel/ostype\0"u8),
                File(context, "hostname"u8, "sys/kernel/hostname\0"u8),
                File(context, "pid_max"u8, "sys/kernel/pid_max\0"u8),
                File(context, "ngroups_max"u8, "sys/kernel/ngroups_max\0"u8),
                File(context, "cap_last_cap"u8, "sys/kernel/cap_last_cap\0"u8),
                Directory(context, "random"u8, "proc/sys/kernel/random"u8, [
                    File(context, "boot_id"u8, "sys/kernel/random/boot_id\0"u8),
                    File(context, "uuid"u8, "sys/kernel/random/uuid\0"u8)])]),
            Directory(context, "vm"u8, "proc/sys/vm"u8, [
                File(context, "overcommit_memory"u8, "sys/vm/overcommit_memory\0"u8)])])];

    private static (byte[] Name, SpecialNode Node) File(SpecialContext context, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path) =>
        (name.ToArray(), new HostFile(context, path.ToArray()));

    private static (byte[] Name, SpecialNode Node) Directory(
        SpecialContext context, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, (byte[] Name, SpecialNode Node)[] entries) =>
        (name.ToArray(), new StaticDirectory(context, SpecialInode.Of(path), 0x16d, comesFirst: false, entries));
}
