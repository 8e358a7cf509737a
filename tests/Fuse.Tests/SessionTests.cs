using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Testing;

namespace VirtualRoot.Fuse.Tests;

public sealed class SessionTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Session_AfterEveryMalformedRequest_StillAnswers()
    {
        FakeKernelChannel kernel = new();
        await using FuseSession session = await KernelInit.StartAsync(kernel, new RecordingFileSystem());
        kernel.Send(Message.Request(FuseOpcode.LOOKUP, "s:unterminated", unique: 10));
        kernel.Send(Message.Request((FuseOpcode)4096, "", unique: 12));
        byte[] lying = Message.Request(FuseOpcode.LOOKUP, "z:name", unique: 14);
        lying[0]++;
        kernel.Send(lying);
        kernel.Send(Message.Request(FuseOpcode.LOOKUP, "z:name", unique: 16));

        Dictionary<ulong, int> errors = [];
        for (int i = 0; i < 4; i++)
        {
            byte[] reply = kernel.Receive();
            errors[Message.UniqueOf(reply)] = -Message.ErrorOf(reply);
        }

        Assert.Equal(((int)Errno.EINVAL, (int)Errno.ENOSYS, (int)Errno.EIO, 0), (errors[10], errors[12], errors[14], errors[16]));
        FuseStatisticsSnapshot statistics = session.Statistics.Snapshot();
        Assert.Equal(3, statistics.Requests[FuseOpcode.LOOKUP]);
        Assert.Equal(2, statistics.Errors[FuseOpcode.LOOKUP]);
        Assert.Equal(5, statistics.TotalRequests);
    }

    [Fact]
    public async Task DeviceErrors_ThatPass_AreRetried()
    {
        FakeKernelChannel kernel = new();
        await using FuseSession session = await KernelInit.StartAsync(kernel, new RecordingFileSystem());
        kernel.FailRead(Errno.ENOENT);
        kernel.FailRead(Errno.EINTR);
        kernel.FailRead(Errno.EAGAIN);

        kernel.Send(Message.Request(FuseOpcode.LOOKUP, "z:name"));

        Assert.Equal(Message.Reply(RecordingFileSystem.EntryBytes), kernel.Receive());
    }

    [Fact]
    public async Task DeviceError_ThatStays_EndsTheSessionAndNamesIt()
    {
        FakeKernelChannel kernel = new();
        RecordingFileSystem fileSystem = new();
        await using FuseSession session = await KernelInit.StartAsync(kernel, fileSystem);

        kernel.FailRead(Errno.EBADF);

        FuseDeviceException exception = await Assert.ThrowsAsync<FuseDeviceException>(() => session.Completion.WaitAsync(s_patience));
        Assert.Contains("EBADF", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, fileSystem.Destroyed);
    }

    [Fact]
    public async Task Unmount_CompletesTheSessionAndDestroysOnce()
    {
        FakeKernelChannel kernel = new();
        RecordingFileSystem fileSystem = new();
        FuseSession session = await KernelInit.StartAsync(kernel, fileSystem, new FuseSessionOptions { ReaderThreads = 5 });

        kernel.Unmount();
        await session.Completion.WaitAsync(s_patience);
        await session.DisposeAsync();
        await session.DisposeAsync();

        Assert.Equal(1, fileSystem.Destroyed);
        Assert.Equal(4, kernel.Clones);
    }

    [Fact]
    public async Task Unmount_BeforeInit_CancelsInitialized()
    {
        FakeKernelChannel kernel = new();
        await using FuseSession session = FuseSession.Start(kernel, new RecordingFileSystem(), new FuseSessionOptions());

        kernel.Unmount();

        await session.Completion.WaitAsync(s_patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Initialized);
    }

    [Fact]
    public async Task Dispose_WithPendingOperations_CancelsAndWaitsForThem()
    {
        FakeKernelChannel kernel = new();
        ScriptedFileSystem fileSystem = new()
        {
            OnLookup = (in FuseRequest request, out FuseEntryOut entry) =>
            {
                entry = default;
                FusePendingReply pending = request.Defer();
                pending.CompleteWith(Task.Delay(Timeout.Infinite, pending.Cancellation));
                return FuseResult.Pending;
            },
        };
        FuseSession session = await KernelInit.StartAsync(kernel, fileSystem);
        kernel.Send(Message.Request(FuseOpcode.LOOKUP, "z:name"));
        Wait.Until(() => session.PendingOperations == 1, "a pending operation");

        await session.DisposeAsync().AsTask().WaitAsync(s_patience);

        Assert.Equal(Message.Reply("", -(int)Errno.EINTR), kernel.Receive());
        Assert.Equal(0, session.PendingOperations);
        Assert.Equal(1, fileSystem.Destroyed);
    }

    [Fact]
    public async Task Dispose_WithAnOperationThatNeverEnds_IsBounded()
    {
        FakeKernelChannel kernel = new();
        FusePendingReply? pending = null;
        ScriptedFileSystem fileSystem = new()
        {
            OnLookup = (in FuseRequest request, out FuseEntryOut entry) =>
            {
                entry = default;
                pending = request.Defer();
                return FuseResult.Pending;
            },
        };
        FuseSession session = await KernelInit.StartAsync(kernel, fileSystem, new FuseSessionOptions { ReaderThreads = 1, ShutdownTimeout = TimeSpan.FromMilliseconds(200) });
        kernel.Send(Message.Request(FuseOpcode.LOOKUP, "z:name"));
        Wait.Until(() => session.PendingOperations == 1, "a pending operation");

        await session.DisposeAsync().AsTask().WaitAsync(s_patience);

        Assert.True(pending!.Cancellation.WaitHandle.WaitOne(s_patience));
        pending.Reply(Errno.EIO); // too late, and harmless
    }

    [Fact]
    public async Task Session_OnASocketThatKeepsMessages_Serves()
    {
        Assert.Equal(0, Syscall.Socketpair(5, out int ours, out int theirs));
        using SafeFileHandle kernel = new(ours, ownsHandle: true);
        using SafeFileHandle device = new(theirs, ownsHandle: true);
        FuseSession session = FuseSession.Start(device, new RecordingFileSystem(), new FuseSessionOptions { ReaderThreads = 3 });
        byte[] buffer = new byte[4096];

        Syscall.Write(kernel, KernelInit.Request());
        Assert.Equal(80, Syscall.Read(kernel, buffer));
        Syscall.Write(kernel, Message.Request(FuseOpcode.LOOKUP, "z:name"));
        int length = Syscall.Read(kernel, buffer);

        Assert.Equal(Message.Reply(RecordingFileSystem.EntryBytes), buffer[..length]);
        // Nobody unmounts: the readers must be woken.
        await session.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(session.Completion.IsCompletedSuccessfully);
    }
}
