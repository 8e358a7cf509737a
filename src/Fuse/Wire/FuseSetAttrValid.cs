namespace VirtualRoot.Fuse.Wire;

/// <summary><c>FATTR_*</c>: which fields of SETATTR count.</summary>
[Flags]
public enum FuseSetAttrValid : uint
{
    /// <summary><c>FATTR_MODE</c>: permissions.</summary>
    Mode = 1 << 0,

    /// <summary><c>FATTR_UID</c>: owner.</summary>
    Uid = 1 << 1,

    /// <summary><c>FATTR_GID</c>: group.</summary>
    Gid = 1 << 2,

    /// <summary><c>FATTR_SIZE</c>: truncate or extend.</summary>
    Size = 1 << 3,

    /// <summary><c>FATTR_ATIME</c>: access time.</summary>
    Atime = 1 << 4,

    /// <summary><c>FATTR_MTIME</c>: modification time.</summary>
    Mtime = 1 << 5,

    /// <summary><c>FATTR_FH</c>: the handle is given.</summary>
    Fh = 1 << 6,

    /// <summary><c>FATTR_ATIME_NOW</c>: access time is now, by our clock.</summary>
    AtimeNow = 1 << 7,

    /// <summary><c>FATTR_MTIME_NOW</c>: modification time is now, by our clock.</summary>
    MtimeNow = 1 << 8,

    /// <summary><c>FATTR_LOCKOWNER</c>: the lock owner is given.</summary>
    LockOwner = 1 << 9,

    /// <summary><c>FATTR_CTIME</c>: change time.</summary>
    Ctime = 1 << 10,

    /// <summary><c>FATTR_KILL_SUIDGID</c>: take away the suid and sgid bits.</summary>
    KillSuidGid = 1 << 11,
}
