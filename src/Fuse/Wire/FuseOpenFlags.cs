namespace VirtualRoot.Fuse.Wire;

/// <summary><c>FOPEN_*</c>: how the kernel treats an open file.</summary>
[Flags]
public enum FuseOpenFlags : uint
{
    /// <summary>Drop the node's cached pages at this open.</summary>
    None = 0,

    /// <summary><c>FOPEN_DIRECT_IO</c>: bypass the page cache; READ is asked beyond the size, too.</summary>
    DirectIo = 1 << 0,

    /// <summary><c>FOPEN_KEEP_CACHE</c>: cached pages stay valid.</summary>
    KeepCache = 1 << 1,

    /// <summary><c>FOPEN_NONSEEKABLE</c>: no lseek(2), pread(2), pwrite(2).</summary>
    NonSeekable = 1 << 2,

    /// <summary><c>FOPEN_CACHE_DIR</c>: the kernel may keep the directory's entries.</summary>
    CacheDir = 1 << 3,

    /// <summary><c>FOPEN_STREAM</c>: no file position at all.</summary>
    Stream = 1 << 4,

    /// <summary><c>FOPEN_NOFLUSH</c>: no FLUSH at close.</summary>
    NoFlush = 1 << 5,

    /// <summary><c>FOPEN_PARALLEL_DIRECT_WRITES</c>: direct writes to one node at once (7.38).</summary>
    ParallelDirectWrites = 1 << 6,

    /// <summary><c>FOPEN_PASSTHROUGH</c>: reads and writes go to the backing file (7.40).</summary>
    Passthrough = 1 << 7,
}
