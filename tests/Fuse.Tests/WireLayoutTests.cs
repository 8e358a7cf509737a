using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests;

/// <summary>Size and field offsets of every wire structure, against the kernel's own header as this machine's C compiler sees it.</summary>
public sealed class WireLayoutTests
{
    // C structure, our type, its C fields in our order. linux-libc-dev of Debian 12 has 7.38.
    private static readonly (string Structure, Type Type, string Fields)[] s_inHeader =
    [
        ("fuse_attr", typeof(FuseAttr), "ino size blocks atime mtime ctime atimensec mtimensec ctimensec mode nlink uid gid rdev blksize flags"),
        ("fuse_kstatfs", typeof(FuseKstatfs), "blocks bfree bavail files ffree bsize namelen frsize padding spare[0] spare[1] spare[2] spare[3] spare[4] spare[5]"),
        ("fuse_entry_out", typeof(FuseEntryOut), "nodeid generation entry_valid attr_valid entry_valid_nsec attr_valid_nsec attr"),
        ("fuse_forget_in", typeof(FuseForgetIn), "nlookup"),
        ("fuse_forget_one", typeof(FuseForgetOne), "nodeid nlookup"),
        ("fuse_batch_forget_in", typeof(FuseBatchForgetIn), "count dummy"),
        ("fuse_getattr_in", typeof(FuseGetAttrIn), "getattr_flags dummy fh"),
        ("fuse_attr_out", typeof(FuseAttrOut), "attr_valid attr_valid_nsec dummy attr"),
        ("fuse_mknod_in", typeof(FuseMknodIn), "mode rdev umask padding"),
        ("fuse_mkdir_in", typeof(FuseMkdirIn), "mode umask"),
        ("fuse_rename_in", typeof(FuseRenameIn), "newdir"),
        ("fuse_rename2_in", typeof(FuseRename2In), "newdir flags padding"),
        ("fuse_link_in", typeof(FuseLinkIn), "oldnodeid"),
        ("fuse_setattr_in", typeof(FuseSetAttrIn), "valid padding fh size lock_owner atime mtime ctime atimensec mtimensec ctimensec mode unused4 uid gid unused5"),
        ("fuse_open_in", typeof(FuseOpenIn), "flags open_flags"),
        ("fuse_create_in", typeof(FuseCreateIn), "flags mode umask open_flags"),
        ("fuse_open_out", typeof(FuseOpenOut), "fh open_flags padding"), // padding became backing_id in 7.40
        ("fuse_release_in", typeof(FuseReleaseIn), "fh flags release_flags lock_owner"),
        ("fuse_flush_in", typeof(FuseFlushIn), "fh unused padding lock_owner"),
        ("fuse_read_in", typeof(FuseReadIn), "fh offset size read_flags lock_owner flags padding"),
        ("fuse_write_in", typeof(FuseWriteIn), "fh offset size write_flags lock_owner flags padding"),
        ("fuse_write_out", typeof(FuseWriteOut), "size padding"),
        ("fuse_statfs_out", typeof(FuseStatfsOut), "st"),
        ("fuse_fsync_in", typeof(FuseFsyncIn), "fh fsync_flags padding"),
        ("fuse_setxattr_in", typeof(FuseSetxattrIn), "size flags setxattr_flags padding"),
        ("fuse_getxattr_in", typeof(FuseGetxattrIn), "size padding"),
        ("fuse_getxattr_out", typeof(FuseGetxattrOut), "size padding"),
        ("fuse_access_in", typeof(FuseAccessIn), "mask padding"),
        ("fuse_init_in", typeof(FuseInitIn), "major minor max_readahead flags flags2 unused[0] unused[1] unused[2] unused[3] unused[4] unused[5] unused[6] unused[7] unused[8] unused[9] unused[10]"),
        ("fuse_interrupt_in", typeof(FuseInterruptIn), "unique"),
        ("fuse_fallocate_in", typeof(FuseFallocateIn), "fh offset length mode padding"),
        ("fuse_in_header", typeof(FuseInHeader), "len opcode unique nodeid uid gid pid total_extlen padding"),
        ("fuse_out_header", typeof(FuseOutHeader), "len error unique"),
        ("fuse_dirent", typeof(FuseDirent), "ino off namelen type"),
        ("fuse_direntplus", typeof(FuseDirentPlus), "entry_out dirent"),
        ("fuse_notify_inval_inode_out", typeof(FuseNotifyInvalInodeOut), "ino off len"),
        ("fuse_notify_inval_entry_out", typeof(FuseNotifyInvalEntryOut), "parent namelen flags"),
        ("fuse_notify_delete_out", typeof(FuseNotifyDeleteOut), "parent child namelen padding"),
        ("fuse_notify_store_out", typeof(FuseNotifyStoreOut), "nodeid offset size padding"),
        ("fuse_notify_retrieve_out", typeof(FuseNotifyRetrieveOut), "notify_unique nodeid offset size padding"),
        ("fuse_notify_retrieve_in", typeof(FuseNotifyRetrieveIn), "dummy1 offset size dummy2 dummy3 dummy4"),
        ("fuse_lseek_in", typeof(FuseLseekIn), "fh offset whence padding"),
        ("fuse_lseek_out", typeof(FuseLseekOut), "offset"),
        ("fuse_copy_file_range_in", typeof(FuseCopyFileRangeIn), "fh_in off_in nodeid_out fh_out off_out len flags"),
    ];

    // Newer than that header (7.39 to 7.45) or ours alone: the sizes and offsets that fuse.h of Linux 6.18 has.
    private static readonly (Type Type, int Size, int[] Offsets)[] s_documented =
    [
        (typeof(FuseStatxTime), 16, [0, 8, 12]),
        (typeof(FuseStatx), 256, [0, 4, 8, 16, 20, 24, 28, 30, 32, 40, 48, 56, 64, 80, 96, 112, 128, 132, 136, 140, 144]),
        (typeof(FuseStatxIn), 24, [0, 4, 8, 16, 20]),
        (typeof(FuseStatxOut), 288, [0, 8, 12, 16, 24, 32]),
        (typeof(FuseInitOut), 64, [0, 4, 8, 12, 16, 18, 20, 24, 28, 30, 32, 36, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62]),
        (typeof(FuseNotifyPruneOut), 16, [0, 4, 8]),
        (typeof(FuseBackingMap), 16, [0, 4, 8]),
        (typeof(FuseCopyFileRangeOut), 8, [0]),
        (typeof(FuseSetxattrCompatIn), 8, [0, 4]),
        (typeof(FuseCreateOut), 144, [0, 128]),
        (typeof(FuseSpare112), 112, [0]),
    ];

    [Fact]
    public void Structures_OfTheInstalledHeader_HaveItsSizesAndOffsets()
    {
        string[] lines = CompileAndRun(s_inHeader.Select(entry =>
            $"printf(\"%zu\", {(entry.Structure == "fuse_dirent" ? "offsetof(struct fuse_dirent, name)" : $"sizeof(struct {entry.Structure})")});" +
            string.Concat(entry.Fields.Split(' ').Select(field => $"printf(\" %zu\", offsetof(struct {entry.Structure}, {field}));")) +
            "puts(\"\");"));

        Assert.Equal(s_inHeader.Length, lines.Length);
        foreach (((string structure, Type type, _), string expected) in s_inHeader.Zip(lines))
        {
            Assert.Equal((structure, expected), (structure, Describe(type)));
        }
    }

    [Fact]
    public void Structures_NewerThanTheInstalledHeader_HaveTheDocumentedSizesAndOffsets()
    {
        foreach ((Type type, int size, int[] offsets) in s_documented)
        {
            Assert.Equal((type, string.Join(' ', [size, .. offsets])), (type, Describe(type)));
        }
    }

    [Fact]
    public void Structures_AllOfThem_AreCheckedByOneOfTheTables()
    {
        IEnumerable<Type> structures = typeof(FuseAttr).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(FuseAttr).Namespace && type.IsValueType && !type.IsEnum && !type.IsNested);

        Assert.Empty(structures.Except([.. s_inHeader.Select(entry => entry.Type), .. s_documented.Select(entry => entry.Type)]));
    }

    [Fact]
    public void Constants_OfTheInstalledHeader_AreOurs()
    {
        string[] lines = CompileAndRun(
        [
            .. Enum.GetValues<FuseOpcode>().Where(opcode => opcode <= FuseOpcode.TMPFILE).Select(opcode => $"printf(\"{opcode} %d\\n\", FUSE_{opcode});"),
            .. Enum.GetValues<FuseNotifyCode>().Where(code => code <= FuseNotifyCode.DELETE).Select(code => $"printf(\"{code} %d\\n\", FUSE_NOTIFY_{code});"),
            "printf(\"init %llx\\n\", (unsigned long long)(FUSE_ASYNC_READ | FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES | FUSE_DO_READDIRPLUS | FUSE_READDIRPLUS_AUTO | FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES | FUSE_EXPLICIT_INVAL_DATA | FUSE_HANDLE_KILLPRIV_V2 | FUSE_SETXATTR_EXT | FUSE_INIT_EXT | FUSE_HAS_EXPIRE_ONLY));",
            "printf(\"fopen %x\\n\", FOPEN_DIRECT_IO | FOPEN_CACHE_DIR << 8 | FOPEN_NOFLUSH << 16);",
            "printf(\"clone %x\\n\", (unsigned)FUSE_DEV_IOC_CLONE);",
        ]);

        FuseInitFlags flags = FuseInitFlags.AsyncRead | FuseInitFlags.AtomicOTrunc | FuseInitFlags.BigWrites | FuseInitFlags.DoReaddirplus | FuseInitFlags.ReaddirplusAuto | FuseInitFlags.ParallelDirops | FuseInitFlags.MaxPages | FuseInitFlags.ExplicitInvalData | FuseInitFlags.HandleKillprivV2 | FuseInitFlags.SetxattrExt | FuseInitFlags.InitExt | FuseInitFlags.HasExpireOnly;
        uint open = (uint)FuseOpenFlags.DirectIo | ((uint)FuseOpenFlags.CacheDir << 8) | ((uint)FuseOpenFlags.NoFlush << 16);
        Assert.Equal(
            [
                .. Enum.GetValues<FuseOpcode>().Where(opcode => opcode <= FuseOpcode.TMPFILE).Select(opcode => $"{opcode} {(int)opcode}"),
                .. Enum.GetValues<FuseNotifyCode>().Where(code => code <= FuseNotifyCode.DELETE).Select(code => $"{code} {(int)code}"),
                $"init {(ulong)flags:x}",
                $"fopen {open:x}",
                "clone 8004e500",
            ],
            lines);
    }

    private static string Describe(Type type)
    {
        FieldInfo[] fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        int size = Marshal.SizeOf(type);
        // An inline array is one field of its element to reflection.
        return string.Join(' ', [type == typeof(FuseSpare112) ? 112 : size, .. fields.Select(field => (int)Marshal.OffsetOf(type, field.Name)).Order()]);
    }

    private static string[] CompileAndRun(IEnumerable<string> statements)
    {
        string directory = Directory.CreateTempSubdirectory("vroot-layout-").FullName;
        try
        {
            string source = Path.Combine(directory, "layout.c");
            File.WriteAllText(source, $"#include <stddef.h>\n#include <stdio.h>\n#include <sys/ioctl.h>\n#include <linux/fuse.h>\nint main(void) {{\n{string.Join('\n', statements)}\nreturn 0; }}\n");
            Run("cc", ["-o", Path.Combine(directory, "layout"), source]);
            return Run(Path.Combine(directory, "layout"), []).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Run(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output;
    }
}
