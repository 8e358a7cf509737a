using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests;

public sealed class NegotiationTests
{
    private const FuseInitFlags Never =
        FuseInitFlags.WritebackCache | FuseInitFlags.CacheSymlinks | FuseInitFlags.AutoInvalData | FuseInitFlags.PosixLocks |
        FuseInitFlags.FlockLocks | FuseInitFlags.ExportSupport | FuseInitFlags.DontMask | FuseInitFlags.PosixAcl |
        FuseInitFlags.NoOpenSupport | FuseInitFlags.NoOpendirSupport | FuseInitFlags.HasInodeDax | FuseInitFlags.AllowIdmap |
        FuseInitFlags.CreateSuppGroup | FuseInitFlags.OverIoUring | FuseInitFlags.InitReserved;

    public static TheoryData<int> Minors => [.. Enumerable.Range(31, 15)];

    [Theory]
    [MemberData(nameof(Minors))]
    public async Task Init_OfEachMinorWithEveryBitSet_AgreesOnWhatThatMinorKnows(int minor)
    {
        FakeKernelChannel kernel = new();
        RecordingFileSystem fileSystem = new();
        await using FuseSession session = FuseSession.Start(kernel, fileSystem, new FuseSessionOptions { ReaderThreads = 1 });

        // Before 7.36 INIT has 16 bytes.
        kernel.Send(KernelInit.Request(minor: minor, shortForm: minor < 36));
        byte[] reply = kernel.Receive();
        FuseConnection connection = await session.Initialized.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(16 + 64, reply.Length);
        Assert.Equal(7u, BitConverter.ToUInt32(reply, 16));
        Assert.Equal((uint)minor, BitConverter.ToUInt32(reply, 20));
        Assert.Equal(minor, connection.Minor);
        Assert.Equal(FuseInitFlags.None, connection.Flags & Never);
        Assert.True(connection.Has(FuseInitFlags.AsyncRead | FuseInitFlags.ParallelDirops | FuseInitFlags.MaxPages | FuseInitFlags.ExplicitInvalData));
        Assert.Equal(minor >= 33, connection.Has(FuseInitFlags.SetxattrExt));
        Assert.Equal(minor >= 33, connection.Has(FuseInitFlags.HandleKillprivV2));
        Assert.Equal(minor >= 36, connection.Has(FuseInitFlags.InitExt));
        Assert.Equal(minor >= 38, connection.Has(FuseInitFlags.HasExpireOnly));
        Assert.Equal(minor >= 39, connection.Has(FuseInitFlags.DirectIoAllowMmap));
        Assert.Equal(minor >= 40, connection.Has(FuseInitFlags.Passthrough));
        Assert.Equal(minor >= 40 ? 1u : 0, BitConverter.ToUInt32(reply, 16 + 36)); // max_stack_depth
        Assert.Same(connection, fileSystem.Connection);
    }

    [Fact]
    public void Agree_WithNothingOffered_AsksForNothing()
    {
        FuseInitOut agreed = FuseNegotiation.Agree(new FuseInitIn { Major = 7, Minor = 45, MaxReadAhead = 4096 }, new FuseSessionOptions(), 4096);

        Assert.Equal((0u, 0u, (ushort)0, 4096u), (agreed.Flags, agreed.Flags2, agreed.MaxPages, agreed.MaxReadAhead));
        Assert.Equal(32u * 4096, agreed.MaxWrite); // without MAX_PAGES a request has 32 pages
    }

    [Fact]
    public void Agree_AnswersFieldByField()
    {
        FuseInitIn offer = new() { Major = 7, Minor = 99, MaxReadAhead = 131072, Flags = uint.MaxValue, Flags2 = uint.MaxValue };
        FuseInitOut agreed = FuseNegotiation.Agree(in offer, new FuseSessionOptions { MaxWrite = 1 << 20, MaxBackground = 128, TimeGranularity = 1 }, 4096);

        byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<FuseInitOut>(in agreed)).ToArray();
        // ASYNC_READ 0, ATOMIC_O_TRUNC 3, BIG_WRITES 5, DO_READDIRPLUS 13, READDIRPLUS_AUTO 14, PARALLEL_DIROPS 18,
        // MAX_PAGES 22, EXPLICIT_INVAL_DATA 25, HANDLE_KILLPRIV_V2 28, SETXATTR_EXT 29, INIT_EXT 30; above: HAS_EXPIRE_ONLY 35,
        // DIRECT_IO_ALLOW_MMAP 36, PASSTHROUGH 37, with max_stack_depth 1
        Assert.Equal(Message.Bytes("u32:7 u32:45 u32:131072 u32:0x72446029 u16:128 u16:96 u32:1048576 u32:1 u16:256 u16:0 u32:0x38 u32:1 u16:0 zeros:22"), bytes);
    }

    [Fact]
    public void Agree_WithRefusedFlagsAndAnOlderMinorPretended_KeepsToThem()
    {
        FuseInitIn offer = new() { Major = 7, Minor = 45, Flags = uint.MaxValue, Flags2 = uint.MaxValue };
        FuseInitOut agreed = FuseNegotiation.Agree(in offer, new FuseSessionOptions { MaxMinor = 31, RefusedFlags = FuseInitFlags.DoReaddirplus }, 4096);

        Assert.Equal(31u, agreed.Minor);
        Assert.Equal(0u, agreed.Flags & (uint)(FuseInitFlags.DoReaddirplus | FuseInitFlags.InitExt | FuseInitFlags.SetxattrExt));
        Assert.Equal(0u, agreed.Flags2);
    }

    [Fact]
    public async Task Init_OfALargerMajor_AnswersSevenAndWaitsForAnother()
    {
        FakeKernelChannel kernel = new();
        await using FuseSession session = FuseSession.Start(kernel, new RecordingFileSystem(), new FuseSessionOptions { ReaderThreads = 1 });

        kernel.Send(KernelInit.Request(major: 8, minor: 3));
        Assert.Equal(7u, BitConverter.ToUInt32(kernel.Receive(), 16));
        Assert.False(session.Initialized.IsCompleted);

        kernel.Send(KernelInit.Request());
        Assert.Equal(45u, BitConverter.ToUInt32(kernel.Receive(), 20));
        Assert.Equal(45, (await session.Initialized.WaitAsync(TimeSpan.FromSeconds(60))).Minor);
    }

    [Theory]
    [InlineData(6, 45)]
    [InlineData(7, 30)]
    [InlineData(7, 0)]
    public async Task Init_TooOld_IsRefusedAndSaysWhy(int major, int minor)
    {
        FakeKernelChannel kernel = new();
        await using FuseSession session = FuseSession.Start(kernel, new RecordingFileSystem(), new FuseSessionOptions());

        kernel.Send(KernelInit.Request(major, minor));

        Assert.Equal(-(int)Errno.EPROTO, Message.ErrorOf(kernel.Receive()));
        FuseDeviceException exception = await Assert.ThrowsAsync<FuseDeviceException>(() => session.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains($"{major}.{minor}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("7.31", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_CutAtEveryLength_EndsTheSession()
    {
        byte[] whole = KernelInit.Request(shortForm: true);
        for (int length = 1; length < whole.Length; length++)
        {
            FakeKernelChannel kernel = new();
            await using FuseSession session = FuseSession.Start(kernel, new RecordingFileSystem(), new FuseSessionOptions { ReaderThreads = 1 });
            byte[] cut = whole[..length];
            if (length >= 4)
            {
                BitConverter.TryWriteBytes(cut, (uint)length);
            }

            kernel.Send(cut);

            await Assert.ThrowsAsync<FuseDeviceException>(() => session.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
        }
    }

    [Fact]
    public async Task FirstRequest_OtherThanInit_EndsTheSession()
    {
        FakeKernelChannel kernel = new();
        await using FuseSession session = FuseSession.Start(kernel, new RecordingFileSystem(), new FuseSessionOptions());

        kernel.Send(Message.Request(FuseOpcode.LOOKUP, "z:name"));

        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(kernel.Receive()));
        await Assert.ThrowsAsync<FuseDeviceException>(() => session.Completion.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Options_WithEveryFault_ReportsAllAtOnce()
    {
        FuseSessionOptions options = new() { ReaderThreads = 0, MaxWrite = 4097, MaxReadAhead = -1, MaxBackground = 0, MaxMinor = 46, TimeGranularity = 3, ShutdownTimeout = TimeSpan.Zero };

        ArgumentException exception = Assert.Throws<ArgumentException>(options.Validate);

        Assert.All(
            (string[])["ReaderThreads", "MaxWrite", "MaxReadAhead", "MaxBackground", "MaxMinor", "TimeGranularity", "ShutdownTimeout"],
            name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
    }
}
