namespace VirtualRoot.Worker;

/// <summary>What a <see cref="ResourceLimit"/> limits (getrlimit(2): RLIMIT_ and this name), with the kernel's number.</summary>
public enum LimitedResource
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    Cpu = 0,
    FSize = 1,
    Data = 2,
    Stack = 3,
    Core = 4,
    Rss = 5,
    NProc = 6,
    NoFile = 7,
    MemLock = 8,
    As = 9,
    Locks = 10,
    SigPending = 11,
    MsgQueue = 12,
    Nice = 13,
    RtPrio = 14,
    RtTime = 15,
#pragma warning restore CS1591
}
