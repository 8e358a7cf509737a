namespace VirtualRoot.Fuse.Mounting;

/// <summary>How a mount comes about.</summary>
public enum MountStrategy
{
    /// <summary>The first of <see cref="Direct"/> and <see cref="Fusermount"/> that works; the log says which.</summary>
    Auto,

    /// <summary>mount(2): needs CAP_SYS_ADMIN over the mount namespace (root, or within a user namespace).</summary>
    Direct,

    /// <summary>The setuid program fusermount3.</summary>
    Fusermount,

    /// <summary>A helper has mounted already; <see cref="FuseMountOptions.InheritedDescriptor"/> is its device. Neither mounts nor unmounts.</summary>
    Inherited,
}
