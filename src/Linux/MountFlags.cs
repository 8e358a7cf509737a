namespace VirtualRoot.Linux;

/// <summary>Flags of mount(2), under their own names.</summary>
[Flags]
public enum MountFlags : uint
{
    /// <summary>None.</summary>
    None = 0,
#pragma warning disable CS1591 // Each name is the kernel's own.
    MS_RDONLY = 1,
    MS_NOSUID = 2,
    MS_NODEV = 4,
    MS_NOEXEC = 8,
    MS_BIND = 0x1000,
    MS_REC = 0x4000,
    MS_PRIVATE = 0x40000,
#pragma warning restore CS1591
}
