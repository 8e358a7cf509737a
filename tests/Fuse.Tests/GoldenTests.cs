using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Tests;

public sealed class GoldenTests
{
    public static TheoryData<FuseOpcode> Opcodes => [.. GoldenRequest.All.Select(golden => golden.Opcode)];

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void Request_AsTheKernelSendsIt_ReachesTheFileSystemAndIsAnsweredByteByByte(FuseOpcode opcode)
    {
        GoldenRequest golden = GoldenRequest.All.Single(golden => golden.Opcode == opcode);
        RecordingFileSystem fileSystem = new();
        DispatchBench bench = new(fileSystem);

        bench.Dispatch(golden.Request);

        Assert.Equal(golden.ExpectedCalls, fileSystem.Calls);
        if (golden.Reply is null)
        {
            Assert.False(bench.Kernel.HasReply(0));
        }
        else
        {
            Assert.Equal(Convert.ToHexString(Message.Reply(golden.Reply)), Convert.ToHexString(bench.Kernel.Receive(0)));
        }
    }

    [Theory]
    [MemberData(nameof(Opcodes))]
    public void Request_CutAtEveryLength_IsRefusedAndNeverReachesTheFileSystem(FuseOpcode opcode)
    {
        GoldenRequest golden = GoldenRequest.All.Single(golden => golden.Opcode == opcode);
        byte[] whole = golden.Request;
        for (int length = 0; length < whole.Length; length++)
        {
            RecordingFileSystem fileSystem = new();
            DispatchBench bench = new(fileSystem);
            // Memory that ends with the message: reading beyond it would be seen.
            byte[] cut = whole[..length];
            if (length < 40)
            {
                Assert.Throws<FuseDeviceException>(() => bench.Dispatch(cut));
                continue;
            }

            bench.Dispatch(cut);
            AssertRefused(bench, golden, Errno.EIO);

            BitConverter.TryWriteBytes(cut.AsSpan(0, 4), (uint)length);
            bench.Dispatch(cut);
            if (golden.Shortest >= 0 && length - 40 >= golden.Shortest)
            {
                Assert.Equal(golden.ExpectedCalls, fileSystem.Calls);
                continue;
            }

            AssertRefused(bench, golden, Errno.EINVAL);
            Assert.All(fileSystem.Calls, call => Assert.StartsWith("Forget", call, StringComparison.Ordinal)); // of a cut batch, the whole elements
        }
    }

    [Fact]
    public void Name_WithoutNulOrEmpty_IsRefused()
    {
        DispatchBench bench = new(new RecordingFileSystem());

        Assert.Equal(-(int)Errno.EINVAL, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.LOOKUP, "s:name"))));
        Assert.Equal(-(int)Errno.EINVAL, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.LOOKUP, "z:"))));
        Assert.Equal(-(int)Errno.EINVAL, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.SYMLINK, "z:name s:target"))));
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(70_001u)]
    [InlineData(0x8000_0000u)]
    public void Read_LargerThanNegotiated_IsRefused(uint size)
    {
        DispatchBench bench = new(new RecordingFileSystem());

        foreach (FuseOpcode opcode in (FuseOpcode[])[FuseOpcode.READ, FuseOpcode.READDIR, FuseOpcode.READDIRPLUS])
        {
            Assert.Equal(-(int)Errno.EINVAL, Message.ErrorOf(bench.Ask(Message.Request(opcode, $"u64:1 u64:2 u32:{size} u32:0 u64:0 u32:0 u32:0"))));
        }

        Assert.Equal(-(int)Errno.EINVAL, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.WRITE, $"u64:1 u64:2 u32:{size} u32:0 u64:0 u32:0 u32:0 s:data"))));
        Assert.Equal(-(int)Errno.EINVAL, Message.ErrorOf(bench.Ask(Message.Request(FuseOpcode.SETXATTR, $"u32:{size} u32:0 u32:0 u32:0 z:user.a s:x"))));
    }

    [Fact]
    public void BatchForget_WithMoreThanItBrings_ForgetsWhatIsThere()
    {
        RecordingFileSystem fileSystem = new();
        DispatchBench bench = new(fileSystem);

        bench.Dispatch(Message.Request(FuseOpcode.BATCH_FORGET, "u32:4294967295 u32:0 u64:5 u64:6"));

        Assert.Equal(["Forget 5 6"], fileSystem.Calls);
        Assert.False(bench.Kernel.HasReply(0));
    }

    [Fact]
    public void Extensions_AtTheEnd_AreCutOff()
    {
        RecordingFileSystem fileSystem = new();
        DispatchBench bench = new(fileSystem);

        byte[] reply = bench.Ask(Message.Request(FuseOpcode.WRITE, "u64:1 u64:2 u32:4 u32:4 u64:5 u32:6 u32:0 s:data", extension: new byte[16]));

        Assert.Equal(Message.Reply("u32:4 u32:0"), reply);
        byte[] lying = Message.Request(FuseOpcode.LOOKUP, "z:name");
        lying[36] = 0xFF; // total_extlen: longer than the request
        Assert.Equal(-(int)Errno.EIO, Message.ErrorOf(bench.Ask(lying)));
    }

    [Fact]
    public void SetExtendedAttribute_WithoutSetxattrExt_UsesTheShortHead()
    {
        RecordingFileSystem fileSystem = new();
        DispatchBench bench = new(fileSystem, flags: FuseInitFlags.None);

        bench.Ask(Message.Request(FuseOpcode.SETXATTR, "u32:5 u32:2 z:user.a s:value"));

        Assert.Equal(["SETXATTR 66 1000:1001:1234 user.a=value 2"], fileSystem.Calls);
    }

    [Fact]
    public void ExtendedAttribute_AskedForItsLength_AnswersTheLength()
    {
        DispatchBench bench = new(new RecordingFileSystem());

        Assert.Equal(Message.Reply("u32:5 u32:0"), bench.Ask(Message.Request(FuseOpcode.GETXATTR, "u32:0 u32:0 z:user.a")));
        Assert.Equal(Message.Reply("u32:4 u32:0"), bench.Ask(Message.Request(FuseOpcode.LISTXATTR, "u32:0 u32:0")));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData(31u)]
    [InlineData(39u)]
    [InlineData(40u)]
    [InlineData(54u)]
    [InlineData(4096u)]
    [InlineData(uint.MaxValue)]
    public void Opcode_Unknown_AnswersENOSYS(uint opcode)
    {
        DispatchBench bench = new(new RecordingFileSystem());

        Assert.Equal(-(int)Errno.ENOSYS, Message.ErrorOf(bench.Ask(Message.Request((FuseOpcode)opcode, "zeros:100"))));
    }

    [Fact]
    public void Destroy_IsAnswered()
    {
        RecordingFileSystem fileSystem = new();

        Assert.Equal(Message.Reply(""), new DispatchBench(fileSystem).Ask(Message.Request(FuseOpcode.DESTROY, "")));
        Assert.Equal(0, fileSystem.Destroyed); // the session does that, when no request can follow
    }

    private static void AssertRefused(DispatchBench bench, GoldenRequest golden, Errno errno)
    {
        if (golden.Reply is null)
        {
            Assert.False(bench.Kernel.HasReply(0));
        }
        else
        {
            Assert.Equal(Message.Reply("", -(int)errno), bench.Kernel.Receive(0));
        }
    }
}
