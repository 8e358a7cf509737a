namespace VirtualRoot.Worker;

/// <summary>What the kernel may add to a root's /proc, /sys and /dev for one action: the numbers of src/Init/special.h.</summary>
[Flags]
public enum SpecialSupport
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A real procfs on the root's /proc, in a mount namespace of the action's own.</summary>
    KernelProc = 1,

    /// <summary>The procfs without what the machine's root could read or change of the machine by it.</summary>
    ConfinedProc = 2,

    /// <summary>The command is not executed without <see cref="KernelProc"/>.</summary>
    RequiredProc = 4,

    /// <summary>statfs(2) at and below /proc tells PROC_SUPER_MAGIC instead of FUSE's.</summary>
    AnswerProc = 8,

    /// <summary>The same for /sys: SYSFS_MAGIC and, at and below /sys/fs/cgroup, CGROUP2_SUPER_MAGIC.</summary>
    AnswerSys = 16,

    /// <summary>The same for /dev: TMPFS_MAGIC.</summary>
    AnswerDev = 32,

    /// <summary>The command is not executed unless statfs can be answered.</summary>
    RequiredAnswers = 64,

    /// <summary>All three answers.</summary>
    Answers = AnswerProc | AnswerSys | AnswerDev,
}
