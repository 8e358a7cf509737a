using VirtualRoot.CasClient;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Kernel;

public sealed class RootFileSystemTests : IDisposable
{
    private readonly InMemoryCas _cas = new();
    private readonly TreeFixture _tree;

    public RootFileSystemTests()
    {
        Digest inner = _cas.AddDirectory(("deep", "deep text"));
        Digest sub = _cas.AddDirectory(("a", "same"), ("b", "same"), ("inner", inner));
        Digest root = _cas.AddDirectory(("bin", sub), ("empty", _cas.AddDirectory()), ("link", "@bin/a"), ("tool", "#!/bin/sh\n"), ("plain", "plain text"));
        TreeFixture.LoadAllAsync(_cas, root).GetAwaiter().GetResult();
        _tree = new TreeFixture(_cas, root);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Lookup_Inputs_TellsTheListingsAttributesAndFetchesNoBlob()
    {
        FuseEntryOut tool = _tree.Walk("tool");
        FuseEntryOut plain = _tree.Walk("plain");
        FuseEntryOut bin = _tree.Walk("bin");

        Assert.Equal(0x81edu, tool.Attr.Mode); // 0755: 0555 and the owner's write bit
        Assert.Equal(0x81a4u, plain.Attr.Mode);
        Assert.Equal(0x41edu, bin.Attr.Mode);
        Assert.Equal((ulong)"plain text".Length, plain.Attr.Size);
        Assert.Equal(TreeFixture.Uid, plain.Attr.Uid);
        Assert.Equal(RootOptions.DefaultInputTime.Seconds, plain.Attr.Mtime);
        Assert.True(plain.EntryValid > 1_000_000 && plain.AttrValid > 1_000_000);
        Assert.Empty(_cas.BlobFetches);
    }

    [Fact]
    public void Lookup_OfAbsentName_IsANegativeEntryThatTheKernelMayKeep()
    {
        Assert.Equal(Errno.Success, _tree.TryLookup(NodeTable.RootId, "absent", out FuseEntryOut entry));
        Assert.Equal(0ul, entry.NodeId);
        Assert.True(entry.EntryValid > 1_000_000);
    }

    [Theory]
    [InlineData(77ul)]
    [InlineData((1ul << 32) | 1)]
    [InlineData(0ul)]
    [InlineData(ulong.MaxValue)]
    public void Lookup_InUnknownNode_IsEstale(ulong node) =>
        Assert.Equal(Errno.ESTALE, _tree.TryLookup(node, "x", out _));

    [Fact]
    public void Lookup_NameOf256Bytes_IsEnametoolong() =>
        Assert.Equal(Errno.ENAMETOOLONG, _tree.TryLookup(NodeTable.RootId, new string('n', 256), out _));

    [Fact]
    public void Lookup_EqualFilesAtTwoPaths_AreTwoInodes()
    {
        FuseEntryOut a = _tree.Walk("bin/a");
        FuseEntryOut b = _tree.Walk("bin/b");

        Assert.NotEqual(a.NodeId, b.NodeId);
        Assert.NotEqual(a.Attr.Ino, b.Attr.Ino);
    }

    [Fact]
    public void Forget_OfAnInput_FreesTheNodeAndKeepsItsInodeNumber()
    {
        int before = _tree.Nodes.Count;
        FuseEntryOut first = _tree.Walk("bin/inner/deep");
        Assert.Equal(before + 3, _tree.Nodes.Count);
        FuseEntryOut inner = _tree.Walk("bin/inner");
        FuseEntryOut bin = _tree.Walk("bin");
        _tree.FileSystem.Forget(first.NodeId, 1);
        _tree.FileSystem.Forget(inner.NodeId, 2);
        _tree.FileSystem.Forget(bin.NodeId, 3);

        Assert.Equal(before, _tree.Nodes.Count);
        Assert.Equal(Errno.ESTALE, _tree.TryLookup(bin.NodeId, "a", out _));
        FuseEntryOut again = _tree.Walk("bin/inner/deep");
        Assert.Equal(first.Attr.Ino, again.Attr.Ino);
        Assert.NotEqual(first.NodeId, again.NodeId);
    }

    [Theory]
    [InlineData(true, 4096)]
    [InlineData(false, 4096)]
    [InlineData(true, 200)]
    [InlineData(false, 48)]
    public void ReadDirectory_UnionOfInputsAndChanges_ListsEachNameOnce(bool plus, int bufferSize)
    {
        _tree.Create("bin", "new", "x");
        _tree.Create("bin", "c", "y");
        ulong bin = _tree.Walk("bin").NodeId;
        Assert.Equal(Errno.Success, _tree.FileSystem.Unlink(TreeFixture.Request(bin), "b"u8).Errno);
        SetMode("bin/a", 0x180);

        List<string> names = _tree.List("bin", bufferSize, plus);
        Assert.Equal([".", "..", "a", "c", "inner", "new"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ReadDirectory_WhileEntriesChange_NeitherLosesNorRepeatsWhatStays()
    {
        ulong bin = _tree.Walk("bin").NodeId;
        _tree.FileSystem.OpenDirectory(TreeFixture.Request(bin), new FuseOpenIn(), out FuseOpenOut open);
        byte[] buffer = new byte[32];
        List<ulong> offsets = [0];
        int steps = 0;
        while (true)
        {
            FuseDirectoryWriter writer = new(buffer);
            FuseReadIn input = new() { Fh = open.Fh, Offset = offsets[^1], Size = 32 };
            Assert.Equal(Errno.Success, _tree.FileSystem.ReadDirectory(TreeFixture.Request(bin), input, ref writer).Errno);
            if (writer.Length == 0)
            {
                break;
            }

            offsets.Add(BitConverter.ToUInt64(buffer, 8));
            SetMode("bin/a", 0x180); // promotes it from the inputs to the upper names in the middle of the read
            SetMode("bin/b", 0x180);
            steps++;
        }

        Assert.Equal(5, steps); // . .. a b inner
    }

    [Fact]
    public void Read_OfCreatedFile_GivesBackWhatWasWritten()
    {
        ulong node = _tree.Create("bin", "made", "hello");

        Assert.Equal("hello", _tree.Read(node));
        Assert.Equal(5ul, _tree.Walk("bin/made").Attr.Size);
    }

    [Fact]
    public void Unlink_OfInput_LeavesAWhiteoutAndANewFileOfThatNameIsEmpty()
    {
        Assert.Equal(Errno.Success, _tree.FileSystem.Unlink(TreeFixture.Request(NodeTable.RootId), "plain"u8).Errno);
        Assert.Equal(0ul, _tree.Walk("plain").NodeId);
        Assert.DoesNotContain("plain", _tree.List(string.Empty));

        _tree.Create(string.Empty, "plain", "new");
        Assert.Equal(3ul, _tree.Walk("plain").Attr.Size);
    }

    [Fact]
    public void RemoveDirectory_NonEmptyThenEmptied_IsEnotemptyThenGone()
    {
        ulong bin = _tree.Walk("bin").NodeId;
        ulong inner = _tree.Walk("bin/inner").NodeId;
        Assert.Equal(Errno.ENOTEMPTY, _tree.FileSystem.RemoveDirectory(TreeFixture.Request(bin), "inner"u8).Errno);
        Assert.Equal(Errno.Success, _tree.FileSystem.Unlink(TreeFixture.Request(inner), "deep"u8).Errno);
        Assert.Equal(Errno.Success, _tree.FileSystem.RemoveDirectory(TreeFixture.Request(bin), "inner"u8).Errno);

        Assert.Equal(0ul, _tree.Walk("bin/inner").NodeId);
        FuseResult late = _tree.FileSystem.MakeDirectory(TreeFixture.Request(inner), new FuseMkdirIn { Mode = 0x1ed }, "x"u8, out _);
        Assert.Equal(Errno.ENOENT, late.Errno);
    }

    [Fact]
    public void Rename_OfInputDirectory_MovesItWithItsInputs()
    {
        Assert.Equal(Errno.Success, _tree.FileSystem.Rename(TreeFixture.Request(NodeTable.RootId), "bin"u8, NodeTable.RootId, "moved"u8, 0).Errno);

        Assert.Equal(0ul, _tree.Walk("bin").NodeId);
        Assert.Equal((ulong)"deep text".Length, _tree.Walk("moved/inner/deep").Attr.Size);
    }

    [Theory]
    [InlineData("plain", "bin", 0u, Errno.EISDIR)]
    [InlineData("bin", "plain", 0u, Errno.ENOTDIR)]
    [InlineData("empty", "bin", 0u, Errno.ENOTEMPTY)]
    [InlineData("plain", "tool", 1u, Errno.EEXIST)]
    [InlineData("plain", "absent", 2u, Errno.ENOENT)]
    [InlineData("absent", "x", 0u, Errno.ENOENT)]
    [InlineData("plain", "x", 4u, Errno.EINVAL)]
    [InlineData("bin", "empty", 0u, Errno.Success)]
    [InlineData("plain", "bin", 2u, Errno.Success)]
    public void Rename_AtTheTop_AnswersAsRenameat2(string from, string to, uint flags, Errno expected)
    {
        FuseResult result = _tree.FileSystem.Rename(
            TreeFixture.Request(NodeTable.RootId), TreeFixture.Bytes(from), NodeTable.RootId, TreeFixture.Bytes(to), flags);
        Assert.Equal(expected, result.Errno);
    }

    [Fact]
    public void Rename_Exchange_SwapsBothNames()
    {
        Assert.Equal(Errno.Success, _tree.FileSystem.Rename(TreeFixture.Request(NodeTable.RootId), "plain"u8, NodeTable.RootId, "tool"u8, 2).Errno);
        Assert.Equal((ulong)"plain text".Length, _tree.Walk("tool").Attr.Size);
        Assert.Equal((ulong)"#!/bin/sh\n".Length, _tree.Walk("plain").Attr.Size);
    }

    [Fact]
    public void Link_ToInput_SharesTheNodeAndCountsLinks()
    {
        FuseEntryOut plain = _tree.Walk("plain");
        Assert.Equal(Errno.Success, _tree.FileSystem.Link(TreeFixture.Request(NodeTable.RootId), plain.NodeId, "second"u8, out FuseEntryOut link).Errno);
        Assert.Equal(plain.NodeId, link.NodeId);
        Assert.Equal(2u, link.Attr.Nlink);

        Assert.Equal(Errno.Success, _tree.FileSystem.Unlink(TreeFixture.Request(NodeTable.RootId), "plain"u8).Errno);
        FuseEntryOut left = _tree.Walk("second");
        Assert.Equal((1u, plain.Attr.Ino), (left.Attr.Nlink, left.Attr.Ino));
    }

    [Fact]
    public void Open_WithTruncation_EmptiesAnInputWithoutFetchingIt()
    {
        ulong node = _tree.Walk("plain").NodeId;
        FuseOpenIn truncate = new() { Flags = (uint)(OpenFlags.O_WRONLY | OpenFlags.O_TRUNC) };
        Assert.Equal(Errno.Success, _tree.FileSystem.Open(TreeFixture.Request(node), truncate, out _).Errno);
        _tree.FileSystem.Release(TreeFixture.Request(node), new FuseReleaseIn());

        Assert.Equal(0ul, _tree.Walk("plain").Attr.Size);
        Assert.Empty(_cas.BlobFetches);
    }

    [Theory]
    [InlineData(0x2000u)]
    [InlineData(0x6000u)]
    public void MakeNode_OfDevice_IsEperm(uint type) => Assert.Equal(
        Errno.EPERM,
        _tree.FileSystem.MakeNode(TreeFixture.Request(NodeTable.RootId), new FuseMknodIn { Mode = type | 0x1b6 }, "dev"u8, out _).Errno);

    [Fact]
    public void AnswersFromMemory_AllocateNothing()
    {
        ulong bin = _tree.Walk("bin").NodeId;
        ulong a = _tree.Walk("bin/a").NodeId;
        byte[] buffer = new byte[4096];
        void Round()
        {
            _tree.FileSystem.Lookup(TreeFixture.Request(bin), "a"u8, out FuseEntryOut entry);
            _tree.FileSystem.Lookup(TreeFixture.Request(bin), "absent"u8, out _);
            _tree.FileSystem.GetAttr(TreeFixture.Request(a), new FuseGetAttrIn(), out _);
            _tree.FileSystem.Open(TreeFixture.Request(a), new FuseOpenIn(), out _);
            _tree.FileSystem.Release(TreeFixture.Request(a), new FuseReleaseIn());
            _tree.FileSystem.OpenDirectory(TreeFixture.Request(bin), new FuseOpenIn(), out FuseOpenOut open);
            FuseDirectoryWriter writer = new(buffer);
            _tree.FileSystem.ReadDirectory(TreeFixture.Request(bin), new FuseReadIn { Fh = open.Fh, Size = 4096 }, ref writer);
            _tree.FileSystem.ReleaseDirectory(TreeFixture.Request(bin), new FuseReleaseIn { Fh = open.Fh });
            _tree.FileSystem.Forget(entry.NodeId, 1);
        }

        for (int warm = 0; warm < 100; warm++)
        {
            Round();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            Round();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512); // the closure of the loop itself
    }

    private void SetMode(string path, uint mode)
    {
        FuseSetAttrIn input = new() { Valid = FuseSetAttrValid.Mode, Mode = mode };
        Assert.Equal(Errno.Success, _tree.FileSystem.SetAttr(TreeFixture.Request(_tree.Walk(path).NodeId), input, out _).Errno);
    }
}
