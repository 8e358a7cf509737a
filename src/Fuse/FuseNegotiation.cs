using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

/// <summary>What to answer to INIT: a pure function of the kernel's offer and the options.</summary>
internal static class FuseNegotiation
{
    // What is not wanted, and why: POSIX_LOCKS and FLOCK_LOCKS (locks within one machine are the kernel's job),
    // WRITEBACK_CACHE (the kernel would own size and mtime), CACHE_SYMLINKS (wrong for /proc/self), AUTO_INVAL_DATA
    // (wins over EXPLICIT_INVAL_DATA), NO_OPEN and NO_OPENDIR (excluded with ATOMIC_O_TRUNC), DONT_MASK, POSIX_ACL,
    // EXPORT_SUPPORT, DAX, id-mapped mounts. OVER_IO_URING has a seam, not code.
    private const FuseInitFlags Wanted =
        FuseInitFlags.AsyncRead | FuseInitFlags.AtomicOTrunc | FuseInitFlags.BigWrites | FuseInitFlags.DoReaddirplus |
        FuseInitFlags.ReaddirplusAuto | FuseInitFlags.ParallelDirops | FuseInitFlags.MaxPages |
        FuseInitFlags.ExplicitInvalData | FuseInitFlags.HandleKillprivV2 | FuseInitFlags.SetxattrExt |
        FuseInitFlags.InitExt | FuseInitFlags.HasExpireOnly | FuseInitFlags.DirectIoAllowMmap | FuseInitFlags.Passthrough;

    // The kernel's default number of pages in a request, where MAX_PAGES is not agreed on.
    private const int DefaultMaxPages = 32;

    /// <summary>The flags that a kernel offers; the high half counts only with INIT_EXT.</summary>
    public static FuseInitFlags Offered(in FuseInitIn init)
    {
        FuseInitFlags low = (FuseInitFlags)init.Flags;
        return low.HasFlag(FuseInitFlags.InitExt) ? low | (FuseInitFlags)((ulong)init.Flags2 << 32) : low;
    }

    /// <summary>The flags of an answer.</summary>
    public static FuseInitFlags FlagsOf(in FuseInitOut agreed) => (FuseInitFlags)(agreed.Flags | ((ulong)agreed.Flags2 << 32));

    /// <summary>The answer to an offer of the major version spoken here and a minor not too old.</summary>
    public static FuseInitOut Agree(in FuseInitIn init, FuseSessionOptions options, int pageSize)
    {
        int minor = (int)Math.Min(init.Minor, (uint)options.MaxMinor);
        FuseInitFlags flags = Wanted & Offered(in init) & KnownTo(minor) & ~options.RefusedFlags;
        if (!flags.HasFlag(FuseInitFlags.InitExt))
        {
            flags &= (FuseInitFlags)uint.MaxValue;
        }

        bool maxPages = flags.HasFlag(FuseInitFlags.MaxPages);
        int pages = maxPages ? Math.Max(1, options.MaxWrite / pageSize) : DefaultMaxPages;
        return new FuseInitOut
        {
            Major = FuseProtocol.Major,
            Minor = (uint)minor,
            MaxReadAhead = Math.Min(init.MaxReadAhead, (uint)options.MaxReadAhead),
            Flags = (uint)flags,
            Flags2 = (uint)((ulong)flags >> 32),
            MaxBackground = (ushort)options.MaxBackground,
            CongestionThreshold = (ushort)Math.Max(1, options.MaxBackground * 3 / 4),
            MaxWrite = (uint)Math.Min(options.MaxWrite, pages * pageSize),
            TimeGran = (uint)options.TimeGranularity,
            MaxPages = maxPages ? (ushort)Math.Min(pages, ushort.MaxValue) : (ushort)0,
            // 1: backing files on plain file systems. With 2, which allows overlayfs, nobody could mount an overlayfs on top of this.
            MaxStackDepth = flags.HasFlag(FuseInitFlags.Passthrough) ? 1u : 0,
        };
    }

    /// <summary>Flags that a kernel of that minor may know; newer ones are not asked for, even where bits happen to be set.</summary>
    private static FuseInitFlags KnownTo(int minor)
    {
        FuseInitFlags known = (FuseInitFlags)ulong.MaxValue;
        known &= minor < 33 ? ~(FuseInitFlags.HandleKillprivV2 | FuseInitFlags.SetxattrExt) : known;
        known &= minor < 36 ? ~FuseInitFlags.InitExt : known;
        known &= minor < 38 ? ~FuseInitFlags.HasExpireOnly : known;
        known &= minor < 39 ? ~FuseInitFlags.DirectIoAllowMmap : known;
        known &= minor < 40 ? ~FuseInitFlags.Passthrough : known;
        return known;
    }
}
