namespace VirtualRoot.Worker;

/// <summary>What a <see cref="ResourceLimit"/> limits (getrlimit(2): RLIMIT_ and this name).</summary>
public enum LimitedResource
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    As,
    Core,
    Cpu,
    Data,
    FSize,
    Locks,
    MemLock,
    MsgQueue,
    Nice,
    NoFile,
    NProc,
    Rss,
    RtPrio,
    RtTime,
    SigPending,
    Stack,
#pragma warning restore CS1591
}
