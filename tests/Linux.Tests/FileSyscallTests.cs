using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Linux.Tests;

public sealed class FileSyscallTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vroot-linux-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void File_WrittenWithAHole_IsReadSoughtAndCopied()
    {
        using SafeFileHandle file = Open("file");
        Assert.Equal(0, Syscall.Ftruncate(file, 1 << 20));
        Assert.Equal(4, Syscall.PWrite(file, "tail"u8, 512 * 1024));

        byte[] buffer = new byte[4];
        Assert.Equal(4, Syscall.Preadv2(file, buffer, 512 * 1024, 0));
        Assert.Equal("tail"u8.ToArray(), buffer);
        Assert.Equal(512 * 1024, Syscall.Lseek(file, 0, 3)); // SEEK_DATA
        Assert.Equal(-(int)Errno.ENXIO, Syscall.Lseek(file, 1 << 20, 3));
        Assert.Equal(0, Syscall.Fallocate(file, 0, 0, 2 << 20));
        Assert.Equal(2 << 20, RandomAccess.GetLength(file));

        using SafeFileHandle copy = Open("copy");
        Assert.Equal(4, Syscall.CopyFileRange(file, 512 * 1024, copy, 0, 4));
        Assert.Equal("tail", File.ReadAllText(Path.Combine(_directory, "copy")));
    }

    [Fact]
    public void SyncFileRange_FileAndPipe_BeginsOrSaysWhyNot()
    {
        using SafeFileHandle file = Open("file");
        Assert.Equal(4, Syscall.PWrite(file, "dirt"u8, 0));
        Assert.Equal(0, Syscall.SyncFileRange(file));
        Assert.Equal(0, Syscall.Pipe2(0, out SafeFileHandle reading, out SafeFileHandle writing));
        using (reading)
        using (writing)
        {
            Assert.Equal(-(int)Errno.ESPIPE, Syscall.SyncFileRange(writing));
        }
    }

    [Fact]
    public void MemfdCreate_File_HoldsWhatIsWrittenAndHasItsName()
    {
        Assert.Equal(0, Syscall.MemfdCreate("of a test\0"u8, out SafeFileHandle file));
        using (file)
        {
            Assert.Equal(3, Syscall.PWrite(file, "abc"u8, 0));
            Assert.Equal(3, RandomAccess.GetLength(file));
            Assert.Equal("/memfd:of a test (deleted)", new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget);
            Assert.Equal(1, Syscall.Fcntl(file, 1, 0)); // F_GETFD: FD_CLOEXEC
        }
    }

    [Fact]
    public void Preadv2_NoWait_OnAPipeWithoutData_IsEAGAIN()
    {
        Assert.Equal(0, Syscall.Pipe2(OpenFlags.O_RDONLY, out SafeFileHandle readEnd, out SafeFileHandle writeEnd));
        using (readEnd)
        using (writeEnd)
        {
            Assert.Equal(-(int)Errno.EAGAIN, Syscall.Preadv2(readEnd, new byte[1], -1, Syscall.RWF_NOWAIT));
            Assert.Equal(6, Syscall.Writev(writeEnd, "abc"u8, "def"u8));
            byte[] buffer = new byte[10];
            Assert.Equal(6, Syscall.ReadOnce(readEnd, buffer));
            Assert.Equal("abcdef"u8.ToArray(), buffer[..6]);
        }
    }

    [Fact]
    public void Utimensat_SetsNanosecondsAndOmits()
    {
        using (Open("file"))
        {
        }

        using SafeFileHandle directory = new(Syscall.Open(_directory, OpenFlags.O_RDONLY), ownsHandle: true);
        Assert.Equal(0, Syscall.Utimensat(directory, "file\0"u8, TimeSpec.Omit, new TimeSpec(1_000_000_000, 123_456_700)));

        Assert.Equal(1_000_000_000L * 10_000_000 + 1_234_567, (File.GetLastWriteTimeUtc(Path.Combine(_directory, "file")) - DateTime.UnixEpoch).Ticks);
        Assert.Equal(-(int)Errno.ENOENT, Syscall.Utimensat(directory, "missing\0"u8, TimeSpec.Now, TimeSpec.Now));
        Assert.Throws<ArgumentException>(() => Syscall.Utimensat(directory, "unterminated"u8, TimeSpec.Now, TimeSpec.Now));
    }

    [Fact]
    public void Fstatfs_OfProc_TellsItsMagic()
    {
        using SafeFileHandle proc = new(Syscall.Open("/proc", OpenFlags.O_RDONLY), ownsHandle: true);

        Assert.Equal(0, Syscall.Fstatfs(proc, out StatFsBuffer buffer));
        Assert.Equal((0x9fa0L, 255L), (buffer.Type, buffer.NameLength));
    }

    [Fact]
    public void Descriptor_SentThroughASocket_ArrivesAndIsCloseOnExec()
    {
        Assert.Equal(0, Syscall.Socketpair(1, out int first, out int second));
        using SafeFileHandle ours = new(first, ownsHandle: true);
        using SafeFileHandle theirs = new(second, ownsHandle: true);
        using SafeFileHandle file = Open("file");
        Syscall.PWrite(file, "sent"u8, 0);

        Assert.Equal(1, Syscall.Sendmsg(ours, [7], file));
        byte[] one = new byte[1];
        Assert.Equal(1, Syscall.Recvmsg(theirs, one, out int descriptor));

        using SafeFileHandle received = new(descriptor, ownsHandle: true);
        byte[] content = new byte[4];
        Assert.Equal(4, Syscall.PRead(received, content, 0));
        Assert.Equal("sent"u8.ToArray(), content);
        Assert.Equal(1, Syscall.Fcntl(received, 1)); // F_GETFD: FD_CLOEXEC

        Assert.Equal(1, Syscall.Write(ours, [8]));
        Assert.Equal(1, Syscall.Recvmsg(theirs, one, out descriptor));
        Assert.Equal(-1, descriptor);
    }

    [Fact]
    public async Task InterruptOnlySignal_EndsABlockedReadWithEINTRAndNothingElse()
    {
        const int signal = 50;
        Assert.Equal(0, Syscall.SigactionInterruptOnly(signal));
        Assert.Equal(0, Syscall.SigactionInterruptOnly(signal)); // its own handler does not disturb it
        Assert.Equal(-(int)Errno.EINVAL, Syscall.SigactionInterruptOnly(9)); // SIGKILL
        Assert.Equal(0, Syscall.Pipe2(OpenFlags.O_RDONLY, out SafeFileHandle readEnd, out SafeFileHandle writeEnd));
        using (readEnd)
        using (writeEnd)
        {
            TaskCompletionSource<int> thread = new();
            Task<int> read = Task.Factory.StartNew(
                () =>
                {
                    thread.SetResult(Syscall.Gettid());
                    return Syscall.ReadOnce(readEnd, new byte[1]);
                },
                TaskCreationOptions.LongRunning);
            int threadId = await thread.Task;
            while (!read.IsCompleted)
            {
                Syscall.Tgkill(Environment.ProcessId, threadId, signal);
                await Task.WhenAny(read, Task.Delay(5));
            }

            Assert.Equal(-(int)Errno.EINTR, await read);
        }
    }

    [Fact]
    public void Calls_ThatFail_AnswerTheNegativeErrno()
    {
        using SafeFileHandle file = Open("file");
        uint argument = 0;

        Assert.Equal(-(int)Errno.ENOENT, Syscall.Open(Path.Combine(_directory, "missing"), OpenFlags.O_RDONLY));
        Assert.Equal(-(int)Errno.ENOTTY, Syscall.Ioctl(file, 0x8004e500, ref argument));
        Assert.Equal(-(int)Errno.EINVAL, Syscall.Umount2(_directory, Syscall.MNT_DETACH));
        Assert.Equal(-(int)Errno.ENOENT, Syscall.Execve("/nowhere/missing\0"u8, ["missing"u8.ToArray()], []));
        Assert.Equal(-(int)Errno.ESRCH, Syscall.Kill(int.MaxValue, 0));
        Assert.Equal(-(int)Errno.EINVAL, Syscall.Prctl(-1));
        Assert.NotEqual(0, Syscall.Mount("none", Path.Combine(_directory, "missing"), "tmpfs", MountFlags.None, null));
    }

    [Fact]
    public void Identity_IsTheProcesss()
    {
        Assert.Equal(Environment.ProcessId, Syscall.Getpid());
        Assert.Equal(0, Syscall.Kill(Syscall.Getpid(), 0));
        string[] uids = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t');
        string[] gids = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Gid:", StringComparison.Ordinal)).Split('\t');
        Assert.Equal((uids[1], uids[2], gids[1]), ($"{Syscall.Getuid()}", $"{Syscall.Geteuid()}", $"{Syscall.Getgid()}"));
    }

    private SafeFileHandle Open(string name) =>
        new(Syscall.Open(Path.Combine(_directory, name), OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x1A4), ownsHandle: true);
}
