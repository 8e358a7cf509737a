using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests;

public sealed class DispatchTests
{
    private static readonly byte[] s_lookup = Message.Request(FuseOpcode.LOOKUP, "z:name");

    [Fact]
    public void Exception_OfTheFileSystem_BecomesAnErrnoInOnePlace()
    {
        FuseSessionOptions options = new() { ExceptionMapper = exception => exception is TimeoutException ? Errno.ETIMEDOUT : null };
        DispatchBench bench = new(new ScriptedFileSystem(), options: options);

        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.SETATTR, "zeros:88"))));
        Assert.Equal(-(int)Errno.EINTR, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.UNLINK, "z:name"))));
        Assert.Equal(-(int)Errno.ETIMEDOUT, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.RMDIR, "z:name"))));
        Assert.Equal(-(int)Errno.ESTALE, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.GETATTR, "zeros:16"))));
    }

    [Fact]
    public void Bugs_OfTheFileSystem_AnswerEIO()
    {
        DispatchBench bench = new(new ScriptedFileSystem());

        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.READLINK, ""))));
        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.READ, "u64:1 u64:0 u32:10 u32:0 u64:0 u32:0 u32:0"))));
    }

    [Fact]
    public void Deferred_RepliedLater_AnswersOnceAndOnlyOnce()
    {
        FusePendingReply? pending = null;
        DispatchBench bench = new(Deferring(reply => pending = reply));

        bench.Dispatch(s_lookup);
        Assert.False(bench.Kernel.HasReply(0));
        Assert.Equal(1, bench.Context.InFlight.Count);
        Assert.Equal((Message.Unique, Message.Node, 1000u, 1001u, 1234u), (pending!.Unique, pending.NodeId, pending.Uid, pending.Gid, pending.Pid));

        pending.ReplyEntry(RecordingFileSystem.Entry);

        Assert.Equal(Message.Reply(RecordingFileSystem.EntryBytes), bench.Kernel.Receive(0));
        Assert.Equal(0, bench.Context.InFlight.Count);
        Assert.Throws<InvalidOperationException>(() => pending.Reply(Errno.EIO));
        Assert.False(bench.Kernel.HasReply(0));
    }

    [Fact]
    public void CompleteWith_AFaultedCancelledOrSilentTask_Answers()
    {
        FusePendingReply? pending = null;
        DispatchBench bench = new(Deferring(reply => pending = reply));

        bench.Dispatch(s_lookup);
        pending!.CompleteWith(Task.FromException(new InvalidOperationException("scripted")));
        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Kernel.Receive()));

        bench.Dispatch(s_lookup);
        pending.CompleteWith(Task.FromCanceled(new CancellationToken(true)));
        Assert.Equal(-(int)Errno.EINTR, Message.ErrorOf(bench.Kernel.Receive()));

        bench.Dispatch(s_lookup);
        pending.CompleteWith(Task.CompletedTask);
        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Kernel.Receive()));

        bench.Dispatch(s_lookup);
        pending.Reply(Errno.ENOENT);
        pending.CompleteWith(Task.FromException(new InvalidOperationException("after the reply")));
        Assert.Equal(-(int)Errno.ENOENT, Message.ErrorOf(bench.Kernel.Receive()));
        Assert.False(bench.Kernel.HasReply(0));
    }

    [Fact]
    public void Exception_AfterDefer_AnswersOnce()
    {
        FusePendingReply? pending = null;
        ScriptedFileSystem fileSystem = new()
        {
            OnLookup = (in FuseRequest request, out FuseEntryOut entry) =>
            {
                entry = default;
                pending = request.Defer();
                throw new InvalidOperationException("scripted");
            },
        };
        DispatchBench bench = new(fileSystem);

        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Ask(s_lookup)));
        Assert.Throws<InvalidOperationException>(() => pending!.Reply(Errno.Success));
        Assert.Equal(0, bench.Context.InFlight.Count);
    }

    [Fact]
    public void ReplyBuffer_CarriesHeaderAndDataInOneMessage()
    {
        FusePendingReply? pending = null;
        DispatchBench bench = new(Deferring(reply => pending = reply));
        bench.Dispatch(s_lookup);

        FuseReplyBuffer buffer = FusePendingReply.RentBuffer(10);
        "0123456789"u8.CopyTo(buffer.Span);
        Assert.Throws<ArgumentOutOfRangeException>(() => pending!.ReplyData(buffer, 11));
        pending!.ReplyData(buffer, 4);

        Assert.Equal(Message.Reply("s:0123"), bench.Kernel.Receive(0));
        Assert.Throws<ObjectDisposedException>(() => buffer.Memory);
    }

    [Fact]
    public void Interrupt_OfAPendingRequest_CancelsItAndIsNotAnswered()
    {
        FusePendingReply? pending = null;
        DispatchBench bench = new(Deferring(reply => pending = reply));
        bench.Dispatch(s_lookup);

        bench.Dispatch(Message.Request(FuseOpcode.INTERRUPT, $"u64:{Message.Unique}", unique: Message.Unique | 1, node: 0));

        Assert.True(pending!.Cancellation.WaitHandle.WaitOne(10_000));
        Assert.False(bench.Kernel.HasReply(0));
    }

    [Fact]
    public void Interrupt_BeforeItsRequestIsDeferred_IsRemembered()
    {
        FusePendingReply? pending = null;
        DispatchBench bench = new(Deferring(reply => pending = reply));

        bench.Dispatch(Message.Request(FuseOpcode.INTERRUPT, "u64:999", unique: 3, node: 0));
        bench.Dispatch(Message.Request(FuseOpcode.INTERRUPT, $"u64:{Message.Unique}", unique: 5, node: 0));
        bench.Dispatch(s_lookup);

        Assert.True(pending!.Cancellation.WaitHandle.WaitOne(10_000));
        Assert.False(bench.Kernel.HasReply(0));
    }

    [Fact]
    public void Interrupt_OfThousandsUnknown_NeitherGrowsNorCancelsOthers()
    {
        FusePendingReply? pending = null;
        DispatchBench bench = new(Deferring(reply => pending = reply));
        for (ulong unique = 10; unique < 5000; unique += 2)
        {
            bench.Dispatch(Message.Request(FuseOpcode.INTERRUPT, $"u64:{unique}", unique: unique | 1, node: 0));
        }

        bench.Dispatch(s_lookup);

        Assert.False(pending!.Cancellation.WaitHandle.WaitOne(50));
    }

    [Fact]
    public void Reply_RefusedWithENOENT_GivesBackWhatItCarried()
    {
        ScriptedFileSystem fileSystem = new();
        DispatchBench bench = new(fileSystem);
        bench.Kernel.Refuse(Message.Unique);

        bench.Dispatch(s_lookup);
        bench.Dispatch(Message.Request(FuseOpcode.OPEN, "u32:0 u32:0"));
        bench.Dispatch(Message.Request(FuseOpcode.OPENDIR, "u32:0 u32:0"));
        bench.Dispatch(Message.Request(FuseOpcode.CREATE, "u32:0 u32:0 u32:0 u32:0 z:name"));

        Assert.Equal(["Forget 81 1", "Release 66 97", "ReleaseDirectory 66 97", "Release 81 97", "Forget 81 1"], fileSystem.GivenBack);
    }

    [Fact]
    public void NegativeEntry_RefusedWithENOENT_GivesNothingBack()
    {
        ScriptedFileSystem fileSystem = new()
        {
            OnLookup = (in FuseRequest _, out FuseEntryOut entry) =>
            {
                entry = default;
                return FuseResult.Success;
            },
        };
        DispatchBench bench = new(fileSystem);
        bench.Kernel.Refuse(Message.Unique);

        bench.Dispatch(s_lookup);

        Assert.Empty(fileSystem.GivenBack);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReaddirPlus_RefusedOrFailedAfterEntries_ForgetsEachButDots(bool fails)
    {
        ScriptedFileSystem fileSystem = new()
        {
            OnPlus = (in FuseRequest _, ref FuseDirectoryWriter writer) =>
            {
                writer.TryAddPlus(new FuseEntryOut { NodeId = 7 }, 7, 4, 1, "."u8);
                writer.TryAddPlus(new FuseEntryOut { NodeId = 8 }, 8, 4, 2, ".."u8);
                writer.TryAddPlus(new FuseEntryOut { NodeId = 9 }, 9, 8, 3, "nine"u8);
                writer.TryAddPlus(new FuseEntryOut { NodeId = 0 }, 10, 8, 4, "without-attributes"u8);
                writer.TryAddPlus(new FuseEntryOut { NodeId = 11 }, 11, 8, 5, "eleven"u8);
                return fails ? Errno.EIO : FuseResult.Success;
            },
        };
        DispatchBench bench = new(fileSystem);
        if (!fails)
        {
            bench.Kernel.Refuse(Message.Unique);
        }

        bench.Dispatch(Message.Request(FuseOpcode.READDIRPLUS, "u64:1 u64:0 u32:4096 u32:0 u64:0 u32:0 u32:0"));

        Assert.Equal(["Forget 9 1", "Forget 11 1"], fileSystem.GivenBack);
    }

    [Fact]
    public void Requests_AnsweredAtOnce_AllocateNothing()
    {
        RecordingNothing fileSystem = new();
        FuseChannel channel = new SilentChannel();
        FuseSessionContext context = new(fileSystem, new FuseSessionOptions());
        FuseInitOut agreed = new() { Major = 7, Minor = 45, MaxWrite = 65536 };
        FuseDispatcher dispatcher = new(new FuseReplyPort(channel, context), new FuseConnection(agreed, 45, default, new FuseNotifier(channel, 45), new FuseBackingFiles(channel, default, NullLogger.Instance)), new byte[70000]);
        byte[][] requests =
        [
            .. GoldenRequest.All
                .Where(golden => golden.Opcode is FuseOpcode.LOOKUP or FuseOpcode.GETATTR or FuseOpcode.OPEN or FuseOpcode.READ or
                    FuseOpcode.READDIRPLUS or FuseOpcode.FORGET or FuseOpcode.BATCH_FORGET or FuseOpcode.RELEASE or FuseOpcode.WRITE)
                .Select(golden => golden.Request),
        ];
        Run(100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                foreach (byte[] request in requests)
                {
                    dispatcher.Dispatch(request);
                }
            }
        }
    }

    private static ScriptedFileSystem Deferring(Action<FusePendingReply> seen) => new()
    {
        OnLookup = (in FuseRequest request, out FuseEntryOut entry) =>
        {
            entry = default;
            seen(request.Defer());
            return FuseResult.Pending;
        },
    };
}
