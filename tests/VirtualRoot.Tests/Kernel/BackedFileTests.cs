using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using VirtualRoot.Fuse.Tests.Kernel;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Testing;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Kernel;

/// <summary>A program that the kernel reads itself is changed by nobody, until the kernel has told that it reads it no more.</summary>
public sealed class BackedFileTests : IDisposable
{
    private const ulong Executing = 1;
    private const ulong Changing = 2;
    private const ulong Releasing = 3;
    private const ulong Executes = 0x20; // __FMODE_EXEC
    private const int Moment = 100;

    private readonly InMemoryCas _cas = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly TreeFixture _tree;
    private readonly DispatchBench _bench;
    private readonly ulong _program;

    public BackedFileTests()
    {
        string text = "#!" + new string('x', 100_000);
        _tree = new TreeFixture(_cas, _cas.AddDirectory(("program", text)), clock: _clock);
        _bench = new DispatchBench(_tree.FileSystem);
        _tree.FileSystem.Initialize(_bench.Connection);
        _program = _tree.Walk("program").NodeId;
    }

    public static TheoryData<string, uint, string> Changes => new()
    {
        { "to write", (uint)FuseOpcode.OPEN, "u32:1 u32:0" },
        { "to write anew", (uint)FuseOpcode.OPEN, "u32:0x201 u32:0" },
        { "to read, cut", (uint)FuseOpcode.OPEN, "u32:0x200 u32:0" },
        { "truncate", (uint)FuseOpcode.SETATTR, "u32:8 u32:0 u64:0 u64:3 zeros:64" },
    };

    public void Dispose() => _tree.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_WaitsForTheLastRelease(string change, uint opcode, string fields)
    {
        ulong first = Execute();
        ulong second = Execute();
        Assert.Single(_bench.Kernel.Backing);
        Ask(Changing, (FuseOpcode)opcode, fields);

        Release(first);
        await Task.Delay(Moment);
        Assert.Equal(Releasing, Receive().Unique);
        Assert.False(_bench.Kernel.HasReply(0), change);
        Assert.Single(_bench.Kernel.Backing);

        Release(second);
        Assert.Equal([(Changing, Errno.Success), (Releasing, Errno.Success)], new[] { Receive(), Receive() }.Order());
        Assert.Empty(_bench.Kernel.Backing);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Change_WhereNoReleaseComes_IsTextFileBusy(string change, uint opcode, string fields)
    {
        Execute();
        Ask(Changing, (FuseOpcode)opcode, fields);
        for (int turn = 0; _bench.Context.InFlight.Count > 0; turn++)
        {
            Assert.True(turn < 1000, change);
            _clock.Advance(TimeSpan.FromMilliseconds(turn < 2 ? 900 : 100)); // when the wait has begun is not told
            Thread.Sleep(10);
        }

        Assert.Equal((Changing, Errno.ETXTBSY), Receive());
        Assert.Single(_bench.Kernel.Backing);
    }

    [Fact]
    public void RootThatGoes_GivesBackWhatTheKernelReads()
    {
        Execute();
        Assert.Equal(1, _cas.Leases);

        _tree.Root.Dispose();

        Assert.Empty(_bench.Kernel.Backing);
        Assert.Equal(0, _cas.Leases);
    }

    // A request looks up its node first, and comes to the gate later.
    [Fact]
    public async Task RootThatWentMeanwhile_OpensNothing()
    {
        Execute();
        TreeFile file = Assert.IsType<TreeFile>(Node());
        _tree.Root.Dispose();
        lock (_tree.Root.Gate)
        {
            Assert.Equal(0, file.OpenBacked(static _ => 7, static _ => { }, out bool isHere));
            Assert.False(isHere);
            Assert.Equal(Errno.ESTALE, file.TryGetReadable(out _));
            Assert.Equal(Errno.ESTALE, file.BeginChange(0, 1, out _));
        }

        await file.FetchAsync(default);
        Assert.Equal(0, _cas.Leases);
    }

    [Fact]
    public async Task RootThatGoesWhileItsProgramIsFetched_OpensNothing()
    {
        _cas.Hold = new TaskCompletionSource();
        Ask(Executing, FuseOpcode.OPEN, Opens(Executes));
        Wait.Until(() => _cas.Held > 0, "a held fetch");
        _tree.Root.Dispose();
        _cas.Hold.SetResult();

        Assert.NotEqual(Errno.Success, Receive().Errno);
        await Task.Delay(Moment);
        Assert.Empty(_bench.Kernel.Backing);
        Assert.Equal(0, _cas.Leases);
    }

    private static string Opens(ulong flags) => $"u32:{flags} u32:0";

    private Nodes.Node? Node() => _tree.Nodes.TryGet(_program, out Nodes.Node? node) ? node : null;

    private void Ask(ulong unique, FuseOpcode opcode, string fields) => _bench.Dispatch(Message.Request(opcode, fields, unique, _program));

    /// <summary>Opens the program as execve(2) does; its fh.</summary>
    private ulong Execute()
    {
        Ask(Executing, FuseOpcode.OPEN, Opens(Executes));
        byte[] reply = _bench.Kernel.Receive();
        FuseOpenOut open = MemoryMarshal.Read<FuseOpenOut>(reply.AsSpan(Marshal.SizeOf<FuseOutHeader>()));
        Assert.Equal(FuseOpenFlags.Passthrough, open.OpenFlags);
        Assert.Contains(open.BackingId, _bench.Kernel.Backing);
        return open.Fh;
    }

    private void Release(ulong fh) => Ask(Releasing, FuseOpcode.RELEASE, $"u64:{fh} u32:0 u32:0 u64:0");

    private (ulong Unique, Errno Errno) Receive()
    {
        FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(_bench.Kernel.Receive());
        return (header.Unique, (Errno)(-header.Error));
    }
}
