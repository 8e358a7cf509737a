namespace VirtualRoot.Worker;

/// <summary>Which namespaces an action gets of its own.</summary>
[Flags]
public enum ActionNamespaces
{
    /// <summary>Those of the daemon. What the action leaves behind is then found as descendants.</summary>
    None = 0,

    /// <summary>Processes: vroot-init is PID 1. Where it is not permitted, vroot-init becomes a child subreaper.</summary>
    Pid = 1,

    /// <summary>System V IPC and POSIX message queues.</summary>
    Ipc = 2,

    /// <summary>Host name.</summary>
    Uts = 4,

    /// <summary>Network, with only a loopback device.</summary>
    Network = 8,

    /// <summary>Users: for a daemon without privileges, which has no other way to chroot.</summary>
    User = 16,
}
