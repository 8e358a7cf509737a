using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>What this process can do about mounting, found out by trying without leaving anything behind.</summary>
/// <param name="Device">/dev/fuse can be opened.</param>
/// <param name="Administrator">CAP_SYS_ADMIN: mount(2) works here.</param>
/// <param name="UserNamespaces">An ordinary user may make a user and mount namespace, and mount in it.</param>
/// <param name="Fusermount">fusermount3 is installed, with its set-user-id bit.</param>
/// <param name="UserAllowOther">/etc/fuse.conf lets mounts of fusermount3 be seen by other users; not needed otherwise.</param>
public sealed record MountCapabilities(
    MountPrerequisite Device,
    MountPrerequisite Administrator,
    MountPrerequisite UserNamespaces,
    MountPrerequisite Fusermount,
    MountPrerequisite UserAllowOther)
{
    private const int CapSysAdmin = 21;
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>All of them, in the order of importance.</summary>
    public IReadOnlyList<MountPrerequisite> All => [Device, Administrator, UserNamespaces, Fusermount, UserAllowOther];

    /// <summary>mount(2) in this mount namespace.</summary>
    public bool CanMountDirectly => Device.IsMet && Administrator.IsMet;

    /// <summary>Re-execution by <see cref="UserNamespaceLauncher"/>.</summary>
    public bool CanUseUserNamespace => Device.IsMet && UserNamespaces.IsMet;

    /// <summary>fusermount3; it opens the device by its caller's rights.</summary>
    public bool CanUseFusermount => Device.IsMet && Fusermount.IsMet;

    /// <summary>Whether any way is open.</summary>
    public bool CanMount => CanMountDirectly || CanUseUserNamespace || CanUseFusermount;

    /// <summary>Looks and tries.</summary>
    public static MountCapabilities Probe() =>
        new(ProbeDevice(), ProbeAdministrator(), ProbeUserNamespaces(), ProbeFusermount(), ProbeUserAllowOther());

    private static MountPrerequisite ProbeDevice()
    {
        int descriptor = Syscall.Open(DirectMounter.DevicePath, OpenFlags.O_RDWR);
        using SafeFileHandle device = new(descriptor, ownsHandle: true);
        return descriptor >= 0
            ? new("/dev/fuse", true, "can be opened", string.Empty)
            : new("/dev/fuse", false, $"cannot be opened: {(Errno)(-descriptor)}", DirectMounter.DeviceReason((Errno)(-descriptor)));
    }

    private static MountPrerequisite ProbeAdministrator()
    {
        const string Name = "CAP_SYS_ADMIN";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        bool has = line is not null &&
            ulong.TryParse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong set) &&
            (set & (1UL << CapSysAdmin)) != 0;
        return has
            ? new(Name, true, "effective: mounts directly", string.Empty)
            : new(Name, false, "not effective", "be root, or start the container with --cap-add SYS_ADMIN; a user namespace does without");
    }

    private static MountPrerequisite ProbeUserNamespaces()
    {
        const string Name = "user namespaces";
        if (UserNamespaceLauncher.FindUnshare() is not { } unshare)
        {
            return new(Name, false, "unshare is not installed", "apt-get install util-linux");
        }

        ProcessStartInfo start = new(unshare, ["-Urm", "--propagation", "private", "--", "true"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process? child = Process.Start(start);
        if (child is null || !child.WaitForExit(s_probeTimeout))
        {
            child?.Kill();
            return new(Name, false, "unshare -Urm did not end", "run 'unshare -Urm true' by hand to see why");
        }

        return child.ExitCode == 0
            ? new(Name, true, "permitted", string.Empty)
            : new(Name, false, child.StandardError.ReadToEnd().Trim(), UserNamespaceRemedy());
    }

    private static string UserNamespaceRemedy()
    {
        if (ReadNumber("/proc/sys/user/max_user_namespaces") == 0)
        {
            return "sysctl user.max_user_namespaces=10000";
        }

        if (ReadNumber("/proc/sys/kernel/unprivileged_userns_clone") == 0)
        {
            return "sysctl kernel.unprivileged_userns_clone=1";
        }

        return ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1
            ? "sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            : "start the container with a seccomp profile that allows unshare and mount (--security-opt seccomp=unconfined)";
    }

    private static long? ReadNumber(string file) =>
        File.Exists(file) && long.TryParse(File.ReadAllText(file), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static MountPrerequisite ProbeFusermount()
    {
        const string Name = "fusermount3";
        if (FusermountMounter.FindProgram() is not { } program)
        {
            return new(Name, false, "not installed", "apt-get install fuse3 (not needed where one of the above works)");
        }

        return (File.GetUnixFileMode(program) & UnixFileMode.SetUser) != 0 || Syscall.Geteuid() == 0
            ? new(Name, true, program, string.Empty)
            : new(Name, false, $"{program} lacks its set-user-id bit", $"chmod u+s {program}");
    }

    private static MountPrerequisite ProbeUserAllowOther() =>
        FusermountMounter.UserAllowOther()
            ? new("user_allow_other", true, "in /etc/fuse.conf", string.Empty)
            : new("user_allow_other", false, "not in /etc/fuse.conf", "echo user_allow_other >> /etc/fuse.conf (only for mounts by fusermount3 that other users are to see)");
}
