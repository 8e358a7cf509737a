namespace VirtualRoot.Fuse.Wire;

/// <summary><c>FUSE_*</c> flags of INIT, offered by the kernel and chosen by the daemon; bits 32 and up travel in <c>flags2</c>.</summary>
[Flags]
public enum FuseInitFlags : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>FUSE_ASYNC_READ</c>: several reads of a file at once.</summary>
    AsyncRead = 1UL << 0,

    /// <summary><c>FUSE_POSIX_LOCKS</c>: fcntl locks are ours.</summary>
    PosixLocks = 1UL << 1,

    /// <summary><c>FUSE_FILE_OPS</c>: not used by any kernel.</summary>
    FileOps = 1UL << 2,

    /// <summary><c>FUSE_ATOMIC_O_TRUNC</c>: O_TRUNC comes with OPEN.</summary>
    AtomicOTrunc = 1UL << 3,

    /// <summary><c>FUSE_EXPORT_SUPPORT</c>: lookups of "." and "..".</summary>
    ExportSupport = 1UL << 4,

    /// <summary><c>FUSE_BIG_WRITES</c>: writes above a page.</summary>
    BigWrites = 1UL << 5,

    /// <summary><c>FUSE_DONT_MASK</c>: the umask is ours.</summary>
    DontMask = 1UL << 6,

    /// <summary><c>FUSE_SPLICE_WRITE</c>: splice to the device.</summary>
    SpliceWrite = 1UL << 7,

    /// <summary><c>FUSE_SPLICE_MOVE</c>: splice moves pages.</summary>
    SpliceMove = 1UL << 8,

    /// <summary><c>FUSE_SPLICE_READ</c>: splice from the device.</summary>
    SpliceRead = 1UL << 9,

    /// <summary><c>FUSE_FLOCK_LOCKS</c>: flock locks are ours.</summary>
    FlockLocks = 1UL << 10,

    /// <summary><c>FUSE_HAS_IOCTL_DIR</c>: ioctl on directories.</summary>
    HasIoctlDir = 1UL << 11,

    /// <summary><c>FUSE_AUTO_INVAL_DATA</c>: pages are dropped when mtime or size change.</summary>
    AutoInvalData = 1UL << 12,

    /// <summary><c>FUSE_DO_READDIRPLUS</c>: READDIRPLUS.</summary>
    DoReaddirplus = 1UL << 13,

    /// <summary><c>FUSE_READDIRPLUS_AUTO</c>: READDIRPLUS only where it pays.</summary>
    ReaddirplusAuto = 1UL << 14,

    /// <summary><c>FUSE_ASYNC_DIO</c>: asynchronous direct I/O.</summary>
    AsyncDio = 1UL << 15,

    /// <summary><c>FUSE_WRITEBACK_CACHE</c>: the kernel gathers writes.</summary>
    WritebackCache = 1UL << 16,

    /// <summary><c>FUSE_NO_OPEN_SUPPORT</c>: OPEN may be ENOSYS.</summary>
    NoOpenSupport = 1UL << 17,

    /// <summary><c>FUSE_PARALLEL_DIROPS</c>: lookups and readdir of a directory at once.</summary>
    ParallelDirops = 1UL << 18,

    /// <summary><c>FUSE_HANDLE_KILLPRIV</c>: suid bits at writes are ours.</summary>
    HandleKillpriv = 1UL << 19,

    /// <summary><c>FUSE_POSIX_ACL</c>: POSIX access control lists.</summary>
    PosixAcl = 1UL << 20,

    /// <summary><c>FUSE_ABORT_ERROR</c>: ECONNABORTED from the device after an abort.</summary>
    AbortError = 1UL << 21,

    /// <summary><c>FUSE_MAX_PAGES</c>: max_pages counts.</summary>
    MaxPages = 1UL << 22,

    /// <summary><c>FUSE_CACHE_SYMLINKS</c>: READLINK is cached.</summary>
    CacheSymlinks = 1UL << 23,

    /// <summary><c>FUSE_NO_OPENDIR_SUPPORT</c>: OPENDIR may be ENOSYS.</summary>
    NoOpendirSupport = 1UL << 24,

    /// <summary><c>FUSE_EXPLICIT_INVAL_DATA</c>: pages are dropped when we say so.</summary>
    ExplicitInvalData = 1UL << 25,

    /// <summary><c>FUSE_MAP_ALIGNMENT</c>: alignment of DAX mappings.</summary>
    MapAlignment = 1UL << 26,

    /// <summary><c>FUSE_SUBMOUNTS</c>: submounts.</summary>
    Submounts = 1UL << 27,

    /// <summary><c>FUSE_HANDLE_KILLPRIV_V2</c>: suid bits at writes are ours, told per request (7.33).</summary>
    HandleKillprivV2 = 1UL << 28,

    /// <summary><c>FUSE_SETXATTR_EXT</c>: the longer fuse_setxattr_in (7.33).</summary>
    SetxattrExt = 1UL << 29,

    /// <summary><c>FUSE_INIT_EXT</c>: flags2 counts (7.36).</summary>
    InitExt = 1UL << 30,

    /// <summary><c>FUSE_INIT_RESERVED</c>: never used.</summary>
    InitReserved = 1UL << 31,

    /// <summary><c>FUSE_SECURITY_CTX</c>: security contexts with creations.</summary>
    SecurityCtx = 1UL << 32,

    /// <summary><c>FUSE_HAS_INODE_DAX</c>: DAX for each inode.</summary>
    HasInodeDax = 1UL << 33,

    /// <summary><c>FUSE_CREATE_SUPP_GROUP</c>: a supplementary group with creations.</summary>
    CreateSuppGroup = 1UL << 34,

    /// <summary><c>FUSE_HAS_EXPIRE_ONLY</c>: INVAL_ENTRY that only expires (7.38).</summary>
    HasExpireOnly = 1UL << 35,

    /// <summary><c>FUSE_DIRECT_IO_ALLOW_MMAP</c>: shared mappings of direct-io files (7.39).</summary>
    DirectIoAllowMmap = 1UL << 36,

    /// <summary><c>FUSE_PASSTHROUGH</c>: backing files (7.40).</summary>
    Passthrough = 1UL << 37,

    /// <summary><c>FUSE_NO_EXPORT_SUPPORT</c>: no handles for NFS.</summary>
    NoExportSupport = 1UL << 38,

    /// <summary><c>FUSE_HAS_RESEND</c>: resent requests carry bit 63 (7.40).</summary>
    HasResend = 1UL << 39,

    /// <summary><c>FUSE_ALLOW_IDMAP</c>: id-mapped mounts (7.41).</summary>
    AllowIdmap = 1UL << 40,

    /// <summary><c>FUSE_OVER_IO_URING</c>: requests through io_uring (7.42).</summary>
    OverIoUring = 1UL << 41,

    /// <summary><c>FUSE_REQUEST_TIMEOUT</c>: a time limit for requests (7.43).</summary>
    RequestTimeout = 1UL << 42,
}
