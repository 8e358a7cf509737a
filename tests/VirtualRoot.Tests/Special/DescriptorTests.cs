using System.Diagnostics;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Special.Descriptors;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>Descriptors of live processes, as links and through their proxies.</summary>
public sealed class DescriptorTests
{
    private const int Write = (int)OpenFlags.O_WRONLY;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Links_OfEveryKind_AreTheKernels()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript("exec 5< <(sleep 600) 6>/dev/null 7</etc/passwd; echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        string[] numbers = fixture.List(caller, "proc/self/fd");
        Assert.Equal(Directory.EnumerateFileSystemEntries($"/proc/{child.Id}/fd").Select(Path.GetFileName).Order(), numbers.Order());
        Assert.Contains("5", numbers);
        foreach (string number in numbers)
        {
            Assert.Equal(child.ReadLink("fd/" + number), fixture.ReadLink(caller, "proc/self/fd/" + number));
            Assert.Equal(File.ReadAllText($"/proc/{child.Id}/fdinfo/{number}"), fixture.ReadFile(caller, "proc/self/fdinfo/" + number));
            Assert.Equal(Errno.Success, fixture.Get(caller, "proc/self/fd/" + number).GetAttributes(caller, out NodeAttributes attributes));
            Assert.Equal((NodeKind.Symlink, 64ul), (attributes.Kind, attributes.Size));
        }

        Assert.Equal(Errno.ENOENT, fixture.Walk(caller, "proc/self/fd/99", out _));
    }

    [Fact]
    public async Task Pipe_Of64MiB_ArrivesWholeAndEnds()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript("exec 5< <(head -c 67108864 /dev/zero | tr '\\0' x); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        using SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/5"));
        Assert.True(handle is { MayWait: true, IsStream: true, AnswersFromMemory: false });
        byte[] buffer = new byte[131072];
        long total = 0;
        while (true)
        {
            (Errno errno, int length) = await handle.ReadAsync(0, buffer, CancellationToken.None).AsTask().WaitAsync(s_patience);
            Assert.Equal(Errno.Success, errno);
            if (length == 0)
            {
                break;
            }

            Assert.Equal(-1, buffer.AsSpan(0, length).IndexOfAnyExcept((byte)'x'));
            total += length;
        }

        Assert.Equal(64L << 20, total);
    }

    [Fact]
    public async Task Pipe_WrittenThroughAProxy_ArrivesWhole()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript("exec 6> >(sleep 0.2; wc -c; exec sleep 600); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/6"), Write);
        byte[] data = new byte[131072];
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal((Errno.Success, data.Length), await handle.WriteAsync(0, data, CancellationToken.None).AsTask().WaitAsync(s_patience));
        }

        // The reader sees the end only when the proxy's end is closed too, after the process's own.
        handle.Dispose();
        Kill(child.Id);
        Assert.Equal($"{8 * 131072}", await child.Output.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Pipe_WhoseReaderLeft_IsEpipe()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript("exec 6> >(head -c 1 >/dev/null; echo left); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        using SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/6"), Write);
        Assert.Equal((Errno.Success, 1), await handle.WriteAsync(0, "x"u8.ToArray(), CancellationToken.None).AsTask().WaitAsync(s_patience));
        Assert.Equal("left", await child.Output.ReadLineAsync().WaitAsync(s_patience));
        Errno errno;
        do
        {
            // "left" is said just before the reader's last process closes its end.
            (errno, _) = await handle.WriteAsync(0, "x"u8.ToArray(), CancellationToken.None).AsTask().WaitAsync(s_patience);
        }
        while (errno == Errno.Success);
        Assert.Equal(Errno.EPIPE, errno);
    }

    [Fact]
    public async Task Pipe_ReaderThatLeavesEarly_FreesTheWriter()
    {
        using SpecialFixture fixture = new();
        using ChildProcess parent = ChildProcess.StartScript("exec 6>&1; exec 5< <(trap '' PIPE; yes 2>/dev/null; echo ended >&6); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(parent.Id);
        SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/5"));
        (Errno errno, int length) = await handle.ReadAsync(0, new byte[10], CancellationToken.None);
        Assert.Equal((Errno.Success, 10), (errno, length));
        handle.Dispose();
        Kill(parent.Id);
        Assert.Equal("ended", await parent.Output.ReadLineAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Pipe_Interrupted_IsEintrAndLosesNothing()
    {
        using SpecialFixture fixture = new();
        using ChildProcess speaker = ChildProcess.StartScript("exec 3<&0; exec 5< <(read x <&3; echo said $x; exec sleep 600); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(speaker.Id);
        using SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/5"));
        using CancellationTokenSource interrupt = new();
        byte[] buffer = new byte[100];
        Task<(Errno, int)> interrupted = handle.ReadAsync(0, buffer, interrupt.Token).AsTask();
        Task<(Errno, int)> second = handle.ReadAsync(0, buffer, CancellationToken.None).AsTask();
        Assert.False(interrupted.IsCompleted);
        await interrupt.CancelAsync();
        Assert.Equal((Errno.EINTR, 0), await interrupted.WaitAsync(s_patience));
        Assert.False(second.IsCompleted);
        await speaker.Input.WriteAsync("hello\n");
        await speaker.Input.FlushAsync();
        Assert.Equal((Errno.Success, 11), await second.WaitAsync(s_patience));
        Assert.StartsWith("said hello\n", System.Text.Encoding.UTF8.GetString(buffer));

        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        Assert.Equal((Errno.EINTR, 0), await handle.ReadAsync(0, buffer, cancelled.Token).AsTask().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Pipe_OpenedNonBlocking_IsEagain()
    {
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript("exec 5< <(exec sleep 600); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        using SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/5"), (int)OpenFlags.O_NONBLOCK);
        Assert.Equal((Errno.EAGAIN, 0), await handle.ReadAsync(0, new byte[1], CancellationToken.None).AsTask().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Tree_DisposedWhileAReadWaits_AnswersEio()
    {
        SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript("exec 5< <(exec sleep 600); echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        SpecialHandle handle = fixture.Open(caller, "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/5"));
        Task<(Errno, int)> waiting = handle.ReadAsync(0, new byte[1], CancellationToken.None).AsTask();
        fixture.Dispose();
        Assert.Equal((Errno.EIO, 0), await waiting.WaitAsync(s_patience));
        handle.Dispose();
    }

    [Fact]
    public void WithoutAPath_OpenedByText_IsWhatItIs()
    {
        const string Script = """
            import os, socket, tempfile, sys, time
            s = socket.socket(socket.AF_UNIX); os.dup2(s.fileno(), 20)
            m = os.memfd_create("mem"); os.write(m, b"memory"); os.dup2(m, 21)
            t = tempfile.TemporaryFile(); t.write(b"gone"); t.flush(); os.dup2(t.fileno(), 22)
            import select; e = select.epoll(); os.dup2(e.fileno(), 23)
            os.dup2(os.open("/tmp", os.O_RDONLY), 24)
            print("ready", flush=True); time.sleep(60)
            """;
        using SpecialFixture fixture = new("/dev/shm");
        using ChildProcess child = ChildProcess.StartScript(Script, out string line, "/usr/bin/python3");
        Assert.Equal("ready", line);
        Caller caller = SpecialFixture.As(child.Id);

        string socket = fixture.ReadLink(caller, "proc/self/fd/20");
        Assert.StartsWith("socket:[", socket);
        Assert.Equal(NodeKind.Socket, fixture.Get(caller, "proc/self/fd/" + socket).Kind);
        Assert.Equal(Errno.ENXIO, fixture.OpenErrno(caller, "proc/self/fd/" + socket));

        Assert.Equal("file:[21]", fixture.ReadLink(caller, "proc/self/fd/21"));
        Assert.Equal("memory", fixture.ReadFile(caller, "proc/self/fd/file:[21]"));

        Assert.EndsWith(" (deleted)", fixture.ReadLink(caller, "proc/self/fd/22"));
        Assert.Equal("gone", fixture.ReadFile(caller, "proc/self/fd/file:[22]"));

        string epoll = fixture.ReadLink(caller, "proc/self/fd/23");
        Assert.Equal("anon_inode:[eventpoll]", epoll);
        Assert.Equal(Errno.ENXIO, fixture.OpenErrno(caller, "proc/self/fd/" + epoll));

        Assert.Equal(Errno.EACCES, fixture.OpenErrno(caller, "proc/self/fd/file:[24]"));
    }

    [Fact]
    public void Memfd_OpenedByText_IsWrittenInPlaceAndCut()
    {
        const string Script = """
            import os, sys
            m = os.memfd_create("mem"); os.write(m, b"0123456789"); os.dup2(m, 21)
            print("ready", flush=True); sys.stdin.readline(); print(os.pread(21, 100, 0), flush=True)
            """;
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript(Script, out _, "/usr/bin/python3");
        Caller caller = SpecialFixture.As(child.Id);
        using (SpecialHandle handle = fixture.Open(caller, "proc/self/fd/file:[21]", Write))
        {
            Assert.Equal(Errno.Success, handle.Write(3, "abc"u8, out int written));
            Assert.Equal(3, written);
        }

        Assert.Equal(Errno.Success, fixture.Get(caller, "proc/self/fd/file:[21]").Truncate(caller, 8));
        child.Input.WriteLine();
        child.Input.Flush();
        Assert.Equal("b'012abc67'", child.Output.ReadLine());
    }

    [Fact]
    public void SymbolicLink_HeldByPath_IsNotFollowed()
    {
        const string Script = """
            import os, tempfile, time
            d = tempfile.mkdtemp(); os.symlink("/etc/passwd", d + "/l"); os.dup2(os.open(d + "/l", os.O_PATH | os.O_NOFOLLOW), 20); os.unlink(d + "/l"); os.rmdir(d)
            print("ready", flush=True); time.sleep(60)
            """;
        using SpecialFixture fixture = new();
        using ChildProcess child = ChildProcess.StartScript(Script, out string line, "/usr/bin/python3");
        Assert.Equal("ready", line);
        Caller caller = SpecialFixture.As(child.Id);
        Assert.Equal("file:[20]", fixture.ReadLink(caller, "proc/self/fd/20"));
        Assert.Equal(Errno.ELOOP, fixture.OpenErrno(caller, "proc/self/fd/file:[20]"));
        Assert.Equal(Errno.EOPNOTSUPP, fixture.Get(caller, "proc/self/fd/file:[20]").ChangeRefusal);
    }

    [Theory]
    [InlineData("/mnt/proc/7/fd/pipe:[9]", "pipe:[9]")]
    [InlineData("/proc/7/task/8/fd/pipe:[9] (deleted)", "pipe:[9]")]
    [InlineData("/proc/7/fd/file:[3]", "file:[3]")]
    [InlineData("/tmp/fdx/pipe:[9]", null)]
    [InlineData("/proc/7/fd/other", null)]
    [InlineData("pipe:[9]", null)]
    public void ProxyName_OfAnOpenProxysPath_IsItsText(string path, string? expected)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(path);
        bool isProxy = DescriptorText.TryGetProxyName(text, out Range name);
        Assert.Equal(expected, isProxy ? System.Text.Encoding.UTF8.GetString(text.AsSpan()[name]) : null);
    }

    [Fact]
    public void Opens_AThousandTimes_LeaveNoDescriptor()
    {
        using SpecialFixture fixture = new("/dev/shm");
        using ChildProcess child = ChildProcess.StartScript("exec 5< <(exec sleep 600) 7</etc/passwd; echo ready; exec sleep 600", out _);
        Caller caller = SpecialFixture.As(child.Id);
        string pipe = "proc/self/fd/" + fixture.ReadLink(caller, "proc/self/fd/5");
        Once();
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (int i = 0; i < 1000; i++)
        {
            Once();
        }

        // Other tests run meanwhile and open some.
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length, 0, before + 500);

        void Once()
        {
            fixture.Open(caller, pipe).Dispose();
            fixture.ReadFile(caller, "proc/self/status");
            fixture.ReadFile(caller, "proc/self/fd/file:[7]");
            fixture.ReadLink(caller, "proc/self/exe");
        }
    }

    [Fact]
    public void Nodes_ThatTheKernelForgot_AreMadeAgain()
    {
        using SpecialFixture fixture = new();
        Caller caller = SpecialFixture.As(Environment.ProcessId);
        int before = fixture.Table.Count;
        SpecialNode first = fixture.Get(caller, $"proc/{Environment.ProcessId}");
        Assert.Same(first, fixture.Get(caller, $"proc/{Environment.ProcessId}"));
        ulong nodeId = first.NodeId;
        fixture.Table.Forget(nodeId, 1);
        Assert.Same(first, fixture.Get(caller, $"proc/{Environment.ProcessId}"));
        fixture.Table.Forget(nodeId, 2);
        Assert.Equal(before, fixture.Table.Count);
        SpecialNode again = fixture.Get(caller, $"proc/{Environment.ProcessId}");
        Assert.NotSame(first, again);
        Assert.Equal(first.Inode, again.Inode);
    }

    private static void Kill(int pid)
    {
        using Process process = Process.GetProcessById(pid);
        process.Kill();
    }
}
