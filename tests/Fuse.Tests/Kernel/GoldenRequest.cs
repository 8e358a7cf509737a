using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests.Kernel;

/// <summary>A request as the kernel sends it, what the file system must be told, and the reply, byte by byte.</summary>
/// <param name="Opcode">What is asked.</param>
/// <param name="Body">The fields after the header, in the order of the kernel's header file.</param>
/// <param name="Call">The arguments that arrive.</param>
/// <param name="Reply">The fields after the reply's header; null where there is no reply.</param>
/// <param name="Shortest">The body length from which on a cut request is complete all the same; -1: never.</param>
internal sealed record GoldenRequest(FuseOpcode Opcode, string Body, string Call, string? Reply, int Shortest = -1)
{
    private const string Entry = RecordingFileSystem.EntryBytes;
    private const string Open = RecordingFileSystem.OpenBytes;
    private const string AttrOut = "u64:0x71 u32:0x72 u32:0 " + RecordingFileSystem.AttrBytes;
    private const string ReadBody = "u64:1 u64:2 u32:4096 u32:4 u64:5 u32:6 u32:0"; // fh offset size read_flags lock_owner flags padding

    public static IReadOnlyList<GoldenRequest> All { get; } =
    [
        new(FuseOpcode.LOOKUP, "z:name", "name", Entry),
        new(FuseOpcode.GETATTR, "u32:1 u32:0 u64:3", "flags=1 fh=3", AttrOut), // getattr_flags dummy fh
        // valid padding fh size lock_owner atime mtime ctime atimensec mtimensec ctimensec mode unused4 uid gid unused5
        new(FuseOpcode.SETATTR, "u32:1 u32:0 u64:2 u64:3 u64:4 u64:5 u64:6 u64:7 u32:8 u32:9 u32:10 u32:11 u32:0 u32:12 u32:13 u32:0", "1 2 3 4 5 6 7 8 9 10 11 12 13", AttrOut),
        new(FuseOpcode.STATX, "u32:1 u32:0 u64:3 u32:4 u32:5", "1 3 4 5", "u64:0x71 u32:0x72 u32:0 u64:0 u64:0 u32:1 zeros:136 u32:2 zeros:112"), // getattr_flags reserved fh sx_flags sx_mask
        new(FuseOpcode.READLINK, "", "", "s:target"),
        new(FuseOpcode.SYMLINK, "z:name z:target", "name -> target", Entry),
        new(FuseOpcode.MKNOD, "u32:1 u32:2 u32:3 u32:0 z:name", "1 2 3 name", Entry), // mode rdev umask padding
        new(FuseOpcode.MKDIR, "u32:1 u32:2 z:name", "1 2 name", Entry), // mode umask
        new(FuseOpcode.UNLINK, "z:name", "name", ""),
        new(FuseOpcode.RMDIR, "z:name", "name", ""),
        new(FuseOpcode.RENAME, "u64:9 z:old z:new", "old 9 new 0", ""), // newdir
        new(FuseOpcode.RENAME2, "u64:9 u32:2 u32:0 z:old z:new", "old 9 new 2", ""), // newdir flags padding
        new(FuseOpcode.LINK, "u64:9 z:name", "9 name", Entry), // oldnodeid
        new(FuseOpcode.OPEN, "u32:1 u32:2", "1 2", Open), // flags open_flags
        new(FuseOpcode.CREATE, "u32:1 u32:2 u32:3 u32:4 z:name", "1 2 3 4 name", Entry + " " + Open), // flags mode umask open_flags
        new(FuseOpcode.TMPFILE, "u32:1 u32:2 u32:3 u32:4 z:name", "1 2 3 4", Entry + " " + Open, Shortest: 16),
        new(FuseOpcode.READ, ReadBody, "1 2 4096 4 5 6", "s:data"),
        new(FuseOpcode.WRITE, "u64:1 u64:2 u32:4 u32:4 u64:5 u32:6 u32:0 s:data", "1 2 4 4 5 6 data", "u32:4 u32:0"), // as READ; size of the data
        new(FuseOpcode.FLUSH, "u64:1 u32:0 u32:0 u64:2", "1 2", ""), // fh unused padding lock_owner
        new(FuseOpcode.RELEASE, "u64:1 u32:2 u32:3 u64:4", "1 2 3 4", ""), // fh flags release_flags lock_owner
        new(FuseOpcode.FSYNC, "u64:1 u32:1 u32:0", "1 1", ""), // fh fsync_flags padding
        new(FuseOpcode.FALLOCATE, "u64:1 u64:2 u64:3 u32:4 u32:0", "1 2 3 4", ""), // fh offset length mode padding
        new(FuseOpcode.LSEEK, "u64:1 u64:2 u32:3 u32:0", "1 2 3", "u64:0x91"), // fh offset whence padding
        // fh_in off_in nodeid_out fh_out off_out len flags; the 32-bit answer is cut to whole pages
        new(FuseOpcode.COPY_FILE_RANGE, "u64:1 u64:2 u64:3 u64:4 u64:5 u64:0x200000000 u64:0", "1 2 3 4 5 4294963200 0", "u32:4294963200 u32:0"),
        new(FuseOpcode.COPY_FILE_RANGE_64, "u64:1 u64:2 u64:3 u64:4 u64:5 u64:0x200000000 u64:0", "1 2 3 4 5 8589934592 0", "u64:0x200000000"),
        new(FuseOpcode.OPENDIR, "u32:1 u32:2", "1 2", Open),
        new(FuseOpcode.READDIR, ReadBody, "1 2 4096", "u64:0x81 u64:0x82 u32:3 u32:4 s:abc zeros:5"), // ino off namelen type name padding
        new(FuseOpcode.READDIRPLUS, ReadBody, "1 2 4096",
            Entry + " u64:0x81 u64:0x82 u32:1 u32:4 s:. zeros:7 " + Entry + " u64:0x81 u64:0x83 u32:8 u32:8 s:abcdefgh"),
        new(FuseOpcode.RELEASEDIR, "u64:1 u32:2 u32:3 u64:4", "1 2 3 4", ""),
        new(FuseOpcode.FSYNCDIR, "u64:1 u32:1 u32:0", "1 1", ""),
        // blocks bfree bavail files ffree bsize namelen frsize padding spare[6]
        new(FuseOpcode.STATFS, "", "", "u64:1 u64:2 u64:3 u64:4 u64:5 u32:6 u32:7 u32:8 u32:0 zeros:24"),
        new(FuseOpcode.ACCESS, "u32:4 u32:0", "4", ""), // mask padding
        new(FuseOpcode.GETXATTR, "u32:100 u32:0 z:user.a", "user.a room=100", "s:value"), // size padding
        new(FuseOpcode.LISTXATTR, "u32:100 u32:0", "room=100", "z:a z:b"),
        // size flags setxattr_flags padding
        new(FuseOpcode.SETXATTR, "u32:5 u32:1 u32:0 u32:0 z:user.a s:value", "user.a=value 1", ""),
        new(FuseOpcode.REMOVEXATTR, "z:user.a", "user.a", ""),
        new(FuseOpcode.FORGET, "u64:7", "Forget 66 7", null), // nlookup
        new(FuseOpcode.BATCH_FORGET, "u32:2 u32:0 u64:5 u64:6 u64:7 u64:8", "Forget 5 6|Forget 7 8", null), // count dummy, then nodeid nlookup each
        new(FuseOpcode.INTERRUPT, "u64:9", "", null), // unique
    ];

    public byte[] Request => Message.Request(Opcode, Body);

    public string[] ExpectedCalls => Opcode switch
    {
        FuseOpcode.INTERRUPT => [],
        FuseOpcode.FORGET or FuseOpcode.BATCH_FORGET => Call.Split('|'),
        _ => [$"{Opcode} {Message.Node} 1000:1001:1234 {Call}".TrimEnd()],
    };
}
