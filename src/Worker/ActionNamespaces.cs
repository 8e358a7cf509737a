namespace VirtualRoot.Worker;

/// <summary>Which namespaces an action gets of its own: the kernel's CLONE_NEW… flags.</summary>
[Flags]
public enum ActionNamespaces
{
    /// <summary>Those of the daemon. What the action leaves behind is then found as descendants.</summary>
    None = 0,

    /// <summary>Processes: vroot-init is PID 1. Where it is not permitted, vroot-init becomes a child subreaper.</summary>
    Pid = 0x20000000,

    /// <summary>System V IPC and POSIX message queues.</summary>
    Ipc = 0x08000000,

    /// <summary>Host name.</summary>
    Uts = 0x04000000,

    /// <summary>Network, with only a loopback device.</summary>
    Network = 0x40000000,

    /// <summary>Users: for a daemon without privileges, which has no other way to chroot.</summary>
    User = 0x10000000,
}
