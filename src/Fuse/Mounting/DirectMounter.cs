using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>mount(2) and umount2(2): for root, and within a user namespace that owns its mount namespace.</summary>
internal sealed class DirectMounter : IMounter
{
    /// <summary>The device; world-writable on most machines, since opening it grants nothing by itself.</summary>
    public const string DevicePath = "/dev/fuse";

    public MountStrategy Strategy => MountStrategy.Direct;

    public SafeFileHandle? TryMount(string mountPoint, FuseMountOptions options, out string reason)
    {
        int descriptor = Syscall.Open(DevicePath, OpenFlags.O_RDWR);
        if (descriptor < 0)
        {
            reason = DeviceReason((Errno)(-descriptor));
            return null;
        }

        SafeFileHandle device = new(descriptor, ownsHandle: true);
        int result = Syscall.Mount(options.Source, mountPoint, "fuse." + options.SubType, Flags(options), Data(descriptor, options));
        if (result < 0)
        {
            device.Dispose();
            reason = MountReason((Errno)(-result), mountPoint);
            return null;
        }

        reason = string.Empty;
        return device;
    }

    public string? Unmount(string mountPoint)
    {
        int result = Syscall.Umount2(mountPoint, Syscall.MNT_DETACH | Syscall.UMOUNT_NOFOLLOW);
        return (Errno)(-result) is Errno.Success or Errno.EINVAL or Errno.ENOENT
            ? null
            : $"umount2 failed with {(Errno)(-result)}; try as root: umount -l {mountPoint}";
    }

    /// <summary>What to say when the device cannot be opened.</summary>
    public static string DeviceReason(Errno errno) => errno switch
    {
        Errno.ENOENT => "there is no /dev/fuse: load the module (modprobe fuse), or start the container with --device /dev/fuse",
        Errno.EACCES or Errno.EPERM => "/dev/fuse may not be opened: chmod 666 /dev/fuse, or start the container with --device /dev/fuse",
        Errno.ENODEV or Errno.ENXIO => "/dev/fuse has no driver: load the module (modprobe fuse)",
        _ => $"opening /dev/fuse failed with {errno}",
    };

    private static string MountReason(Errno errno, string mountPoint) => errno switch
    {
        Errno.EPERM => "mount(2) needs CAP_SYS_ADMIN in this mount namespace: be root, or enter a user namespace (unshare -Urm)",
        Errno.ENOENT => $"the mount point {mountPoint} does not exist",
        Errno.ENOTDIR => $"the mount point {mountPoint} is not a directory",
        Errno.EINVAL => "mount(2) failed with EINVAL: was /dev/fuse opened outside this user namespace, or are user and group 0 not mapped in it?",
        Errno.ENODEV => "the kernel does not know the file system fuse: load the module (modprobe fuse)",
        _ => $"mount(2) on {mountPoint} failed with {errno}",
    };

    private static MountFlags Flags(FuseMountOptions options) =>
        (options.NoDevices ? MountFlags.MS_NODEV : MountFlags.None) |
        (options.NoSetUserId ? MountFlags.MS_NOSUID : MountFlags.None) |
        (options.ReadOnly ? MountFlags.MS_RDONLY : MountFlags.None);

    private static string Data(int descriptor, FuseMountOptions options)
    {
        StringBuilder data = new();
        data.Append(CultureInfo.InvariantCulture, $"fd={descriptor},rootmode=40000,user_id={Syscall.Getuid()},group_id={Syscall.Getgid()},default_permissions");
        if (options.AllowOther ?? true)
        {
            data.Append(",allow_other");
        }

        if (options.MaxRead > 0)
        {
            data.Append(CultureInfo.InvariantCulture, $",max_read={options.MaxRead}");
        }

        return data.ToString();
    }
}
