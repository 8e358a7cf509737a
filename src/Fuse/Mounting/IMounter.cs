using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>One way to mount.</summary>
internal interface IMounter
{
    /// <summary>Which way.</summary>
    MountStrategy Strategy { get; }

    /// <summary>Mounts. Returns null and the reason, with its remedy, if that is not possible here.</summary>
    SafeFileHandle? TryMount(string mountPoint, FuseMountOptions options, out string reason);

    /// <summary>Removes the mount at once, also while it is busy. Returns null, or the reason why that failed; no mount there is no failure.</summary>
    string? Unmount(string mountPoint);
}
