using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Outputs;
using VirtualRoot.Tests.Kernel;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Outputs;

/// <summary>What stands at the outputs' paths, told without a mount.</summary>
public sealed class OutputCaptureTests : CaptureFixture
{
    private readonly Digest _inner;
    private readonly Digest _sub;
    private readonly Digest _root;

    public OutputCaptureTests()
    {
        _inner = Cas.AddDirectory(("deep", "deep text"));
        _sub = Cas.AddDirectory(("a", "same"), ("b", "same"), ("inner", _inner));
        _root = Cas.AddDirectory(("bin", _sub), ("empty", Cas.AddDirectory()), ("link", "@bin/a"), ("tool", "#!/bin/sh\n"), ("plain", "plain text"));
        TreeFixture.LoadAllAsync(Cas, _root).GetAwaiter().GetResult();
        Open(_root);
        foreach (string text in (string[])["deep text", "same", "#!/bin/sh\n", "plain text"])
        {
            Sink.Present.Add(Cas.Add(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public async Task Capture_EveryKind_IsToldAndMissingOnesAreLeftOut()
    {
        Tree.Create("", "new", "new text");
        Add(Top, "out"u8.ToArray(), new TreeLink(Tree.Root, "/nowhere"u8, Metadata()));

        CapturedOutputs captured = await CaptureAsync("new", "tool", "out", "link", "bin", "missing", "bin/missing", "plain/below");

        Assert.Equal(["new", "tool"], captured.Result.Files.Select(file => file.Path));
        Assert.Equal([false, true], captured.Result.Files.Select(file => file.IsExecutable));
        Assert.Equal("new text", Encoding.UTF8.GetString(Sink.Blobs[captured.Result.Files[0].Digest]));
        Assert.Equal([("out", "/nowhere"), ("link", "bin/a")], captured.Result.Symlinks.Select(link => (link.Path, link.Target)));
        Assert.Equal("bin", Assert.Single(captured.Result.Directories).Path);
        Assert.Empty(captured.Warnings);
        Assert.Empty(Cas.BlobFetches);
    }

    [Fact]
    public async Task Capture_UnchangedDirectory_KeepsItsDigestAndReadsNoFile()
    {
        CapturedOutputs captured = await CaptureAsync(Directories(OutputDirectoryFormat.TreeAndDirectory, "bin"));

        OutputDirectory bin = Assert.Single(captured.Result.Directories);
        Assert.Equal(_sub, bin.RootDirectory);
        Assert.Equal([_sub, _inner], Sink.Tree(bin.Tree!.Value).Select(directory => directory.Digest));
        Assert.Equal((3L, 0L, 0L), (captured.Statistics.KnownFiles, captured.Statistics.HashedFiles, captured.Statistics.HashedEarlier));
        Assert.Empty(Cas.BlobFetches);
    }

    [Fact]
    public async Task Capture_UntouchedRoot_IsTheInputRoot()
    {
        CapturedOutputs captured = await CaptureAsync(Directories(OutputDirectoryFormat.DirectoryOnly, ""));
        Assert.Equal(_root, Assert.Single(captured.Result.Directories).RootDirectory);
        Assert.Empty(Sink.Blobs);
    }

    [Fact]
    public async Task Capture_RootWithAChangeDeepDown_NamesUnchangedDirectoriesByTheirOldDigests()
    {
        Tree.Create("bin", "made", "x");
        Tree.Create("tmp", "left", "y");

        CapturedOutputs captured = await CaptureAsync(Directories(OutputDirectoryFormat.DirectoryOnly, ""));

        DirectoryListing root = Sink.Directory(captured.Result.Directories[0].RootDirectory!.Value);
        Assert.Equal(["bin", "empty", "link", "plain", "tmp", "tool"], Enumerable.Range(0, root.Count).Select(i => Encoding.UTF8.GetString(root.GetName(i))));
        DirectoryListing bin = Sink.Directory(root.GetDigest(root.Find("bin"u8)));
        Assert.Equal(_inner, bin.GetDigest(bin.Find("inner"u8)));
        Assert.Equal(5, Sink.Blobs.Count); // root, bin, tmp, x, y
    }

    [Fact]
    public async Task Capture_RenamedInput_KeepsItsDigestWithoutReadingIt()
    {
        Rename("plain", "moved");
        Rename("bin", "dir");
        CapturedOutputs captured = await CaptureAsync(Directories(OutputDirectoryFormat.DirectoryOnly, "moved", "dir", "plain"));
        Assert.Equal(Cas.Add("plain text"u8.ToArray()), Assert.Single(captured.Result.Files).Digest);
        Assert.Equal(_sub, Assert.Single(captured.Result.Directories).RootDirectory);
        Assert.Empty(Cas.BlobFetches);
        Assert.Empty(Sink.Blobs);
    }

    [Fact]
    public async Task Capture_InputThatTheCasHasDropped_IsSentFromTheCacheOrNamed()
    {
        Digest plain = Cas.Add("plain text"u8.ToArray());
        Sink.Present.Remove(plain);
        CasException missing = await Assert.ThrowsAsync<CasException>(() => CaptureAsync("plain"));
        Assert.Equal((CasErrorKind.Missing, (Digest?)plain), (missing.Kind, missing.Digest));

        (await Cas.OpenAsync(plain, CancellationToken.None)).Dispose();
        await CaptureAsync("plain");
        Assert.Equal("plain text"u8.ToArray(), Sink.Blobs[plain]);
    }

    [Fact]
    public async Task Capture_FileOpenForWriting_IsCapturedWithAWarning()
    {
        Tree.Create("", "open", "first");
        lock (Tree.Root.Gate)
        {
            Top.Peek("open"u8, out TreeNode? node, out _, out _);
            ((TreeFile)node!).Open(writes: true);
        }

        CapturedOutputs captured = await CaptureAsync("open");
        Assert.Contains("1 output files are still open", Assert.Single(captured.Warnings), StringComparison.Ordinal);
        Assert.Equal("first"u8.ToArray(), Sink.Blobs[captured.Result.Files[0].Digest]);
    }

    [Fact]
    public async Task Capture_FileWrittenAgainAfterItsHash_HasTheNewBytes()
    {
        Tree.Create("", "file", "one");
        await using OutputCapture capture = new(Tree.Root, new OutputRequest { Paths = ["file"] });
        Digest first = (await capture.CaptureAsync(Sink, null, null, default)).Result.Files[0].Digest;
        ulong node = Tree.Walk("file").NodeId;
        Assert.Equal(Errno.Success, Tree.FileSystem.Open(TreeFixture.Request(node), new Fuse.Wire.FuseOpenIn { Flags = 1 }, out Fuse.Wire.FuseOpenOut open).Errno);
        Assert.Equal(Errno.Success, Tree.FileSystem.Write(TreeFixture.Request(node), new Fuse.Wire.FuseWriteIn(), "two"u8, out _).Errno);
        Tree.FileSystem.Release(TreeFixture.Request(node), new Fuse.Wire.FuseReleaseIn { Fh = open.Fh });

        Digest second = (await capture.CaptureAsync(Sink, null, null, default)).Result.Files[0].Digest;
        Assert.NotEqual(first, second);
        Assert.Equal("two"u8.ToArray(), Sink.Blobs[second]);
    }

    [Fact]
    public async Task Capture_FileThatChangesWhileItIsSent_IsRefused()
    {
        Tree.Create("", "file", new string('x', 100_000)); // larger than what is held in memory from the look to the sending
        ulong node = Tree.Walk("file").NodeId;
        Sink.BeforeStore = () => Tree.FileSystem.Write(TreeFixture.Request(node), new Fuse.Wire.FuseWriteIn(), "longer than before"u8, out _);
        OutputException exception = await FailsAsync(OutputErrorKind.Changing, new OutputRequest { Paths = ["file", "bin"] });
        Assert.Contains("nothing writes to it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capture_HardLinks_AreHashedAndSentOnce()
    {
        Tree.Create("", "one", "linked");
        lock (Tree.Root.Gate)
        {
            Top.Peek("one"u8, out TreeNode? node, out _, out _);
            Top.Link("two"u8, node!, out _);
        }

        CapturedOutputs captured = await CaptureAsync("one", "two");
        Assert.Equal(2, captured.Result.Files.Count);
        Assert.Single(captured.Result.Files.Select(file => file.Digest).Distinct());
        Assert.Single(Sink.Blobs);
    }

    [Theory]
    [InlineData(NodeKind.Fifo, "FIFO")]
    [InlineData(NodeKind.Socket, "socket")]
    public async Task Capture_SpecialFile_IsRefusedWithItsPath(NodeKind kind, string word)
    {
        TreeDirectory directory = MakeDirectory(MakeDirectory(Top, "out"u8.ToArray()), "sub"u8.ToArray());
        Add(directory, "odd"u8.ToArray(), new TreePipe(Tree.Root, kind, Metadata()));
        OutputException below = await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Paths = ["out"] });
        Assert.Contains("'sub/odd' in output 'out'", below.Message, StringComparison.Ordinal);
        Assert.Contains(word, below.Message, StringComparison.Ordinal);
        OutputException itself = await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Paths = ["out/sub/odd"] });
        Assert.Contains("output 'out/sub/odd'", itself.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capture_NamesAndTargetsThatAreNotUtf8_AreRefusedWithTheirPaths()
    {
        TreeDirectory directory = MakeDirectory(Top, "out"u8.ToArray());
        Add(directory, [(byte)'x', 0xff], new TreeFile(Tree.Root, Metadata()));
        Assert.Contains("'x\\xff' in output 'out'", (await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Paths = ["out"] })).Message, StringComparison.Ordinal);
        Add(Top, "bad"u8.ToArray(), new TreeLink(Tree.Root, [0xfe], Metadata()));
        Assert.Contains("'bad'", (await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Paths = ["bad"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capture_BehindALink_IsRefused()
    {
        Add(Top, "alias"u8.ToArray(), new TreeLink(Tree.Root, "bin"u8, Metadata()));
        OutputException exception = await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Paths = ["alias/a"] });
        Assert.Contains("'/alias'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capture_OlderFields_ToldApartAndTheWrongKindIsRefused()
    {
        Add(Top, "filelink"u8.ToArray(), new TreeLink(Tree.Root, "plain"u8, Metadata()));
        CapturedOutputs captured = await CaptureAsync(new OutputRequest { Files = ["plain", "filelink", "none"], Directories = ["bin", "link", "none"] });
        Assert.Equal("plain", Assert.Single(captured.Result.Files).Path);
        Assert.Equal("filelink", Assert.Single(captured.Result.FileSymlinks).Path);
        Assert.Equal("link", Assert.Single(captured.Result.DirectorySymlinks).Path);
        Assert.Empty(captured.Result.Symlinks);
        await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Files = ["bin"] });
        await FailsAsync(OutputErrorKind.NotExpressible, new OutputRequest { Directories = ["plain"] });
    }

    [Fact]
    public async Task Capture_NodeProperties_OnlyTheOnesAskedFor()
    {
        Tree.Create("", "new", "x");
        OutputFile without = Assert.Single((await CaptureAsync("new")).Result.Files);
        Assert.True(without.Properties.IsEmpty);
        OutputFile mode = Assert.Single((await CaptureAsync(new OutputRequest { Paths = ["new"], Properties = OutputProperties.UnixMode })).Result.Files);
        Assert.Equal((null, (uint?)0x1a4), (mode.Properties.ModificationTime, mode.Properties.UnixMode));
        OutputFile time = Assert.Single((await CaptureAsync(new OutputRequest { Paths = ["new"], Properties = OutputProperties.ModificationTime })).Result.Files);
        Assert.InRange(time.Properties.ModificationTime!.Value.Seconds, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Null(time.Properties.UnixMode);
    }
}
