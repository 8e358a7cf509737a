namespace VirtualRoot.Tools.Tests.Support;

/// <summary>Where a root's /proc, /sys and /dev come from.</summary>
public enum Way
{
    /// <summary>A plain chroot in which the kernel's own are mounted.</summary>
    RealMounts,

    /// <summary><c>vroot run</c>, synthesized.</summary>
    Ours,

    /// <summary><c>vroot run --special off</c>: it has none.</summary>
    Without,
}
