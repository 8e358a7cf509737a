namespace VirtualRoot.Linux;

/// <summary>Operations of flock(2), under their own names.</summary>
[Flags]
public enum FlockOperation
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    LOCK_SH = 1,
    LOCK_EX = 2,
    LOCK_NB = 4,
    LOCK_UN = 8,
#pragma warning restore CS1591
}
