using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>A helper with the privilege has mounted, and passed on the device with INIT unread. Neither mounts nor unmounts.</summary>
internal sealed class InheritedMounter : IMounter
{
    private const int F_GETFD = 1;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;
    private const int TypeMask = 0xF000;
    private const int CharacterDevice = 0x2000;

    public MountStrategy Strategy => MountStrategy.Inherited;

    public SafeFileHandle? TryMount(string mountPoint, FuseMountOptions options, out string reason)
    {
        SafeFileHandle device = new(options.InheritedDescriptor, ownsHandle: true);
        int flags = Syscall.Fcntl(device, F_GETFD);
        if (flags < 0)
        {
            device.SetHandleAsInvalid();
            reason = $"descriptor {options.InheritedDescriptor} is not open ({(Errno)(-flags)}): pass the device of the mount on to this process (--fuse-fd N)";
            return null;
        }

        if (!IsFuseDevice(device))
        {
            device.SetHandleAsInvalid(); // whatever it is, it is not ours to close
            reason = $"descriptor {options.InheritedDescriptor} is not /dev/fuse: pass the descriptor that the helper named to mount(2) (--fuse-fd N)";
            return null;
        }

        // Actions are children of this process; none of them may hold the device.
        _ = Syscall.Fcntl(device, F_SETFD, flags | FD_CLOEXEC);
        reason = string.Empty;
        return device;
    }

    public string? Unmount(string mountPoint) => null;

    // Its numbers are fixed: a misc device (10) of minor 229.
    private static bool IsFuseDevice(SafeFileHandle device) =>
        Syscall.StatX(device, "\0"u8, StatXMask.STATX_TYPE, out StatXBuffer status) == 0 &&
        (status.Mode & TypeMask) == CharacterDevice &&
        (status.DeviceMajor, status.DeviceMinor) == (10u, 229u);
}
