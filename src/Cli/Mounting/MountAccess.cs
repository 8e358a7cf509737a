namespace VirtualRoot.Cli.Mounting;

/// <summary>By which right this process mounts and chroots.</summary>
internal enum MountAccess
{
    /// <summary>Its own: root, or root of a user namespace.</summary>
    Direct,

    /// <summary>fusermount3 mounts; the action gets a user namespace of its own, to chroot in.</summary>
    Fusermount,
}
