namespace VirtualRoot.Special.Tests.Columns;

/// <summary>Who looks at /proc, /sys and /dev; each in a root and in a chroot with real mounts.</summary>
public enum Column
{
    /// <summary>root.</summary>
    Root,

    /// <summary>An ordinary user in what root has mounted.</summary>
    User,

    /// <summary>An ordinary user's own run: uid 0 of a user namespace that has one id, whose mount may hold no devices.</summary>
    OwnNamespace,
}
