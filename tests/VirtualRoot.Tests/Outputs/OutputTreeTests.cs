using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Outputs;
using VirtualRoot.Testing;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Outputs;

/// <summary>Trees of odd shapes: repeated, exponential, deep, hostile.</summary>
public sealed class OutputTreeTests : CaptureFixture
{
    [Fact]
    public async Task Tree_RepeatedDirectories_StandOnceAndAfterWhoeverNamesThem()
    {
        Open(Cas.AddDirectory());
        TreeDirectory output = MakeDirectory(Top, "out"u8.ToArray());
        foreach (byte[] name in (byte[][])["z"u8.ToArray(), "a"u8.ToArray()])
        {
            TreeDirectory middle = MakeDirectory(output, name);
            MakeDirectory(MakeDirectory(middle, "x"u8.ToArray()), "leaf"u8.ToArray());
            MakeDirectory(middle, "leaf"u8.ToArray());
        }

        MakeDirectory(output, "leaf"u8.ToArray());
        OutputDirectory directory = Assert.Single((await CaptureAsync("out")).Result.Directories);

        List<(Digest Digest, DirectoryListing Listing)> tree = Sink.Tree(directory.Tree!.Value);
        Assert.Equal(4, tree.Count); // out, a and z, x, leaf
        AssertSorted(tree);
    }

    [Fact]
    public async Task Tree_ExponentialInput_IsReadOnceForEachDigest()
    {
        Digest digest = Cas.AddDirectory(("leaf", "x"));
        Sink.Present.Add(Cas.Add([(byte)'x']));
        for (int level = 0; level < 200; level++)
        {
            digest = Cas.AddDirectory(("a", digest), ("b", digest), ("c", digest));
        }

        Open(Cas.AddDirectory(("out", digest)));
        OutputDirectory directory = Assert.Single((await CaptureAsync("out")).Result.Directories);
        List<(Digest Digest, DirectoryListing Listing)> tree = Sink.Tree(directory.Tree!.Value);
        Assert.Equal(201, tree.Count);
        Assert.Equal(digest, tree[0].Digest);
        AssertSorted(tree);
    }

    [Fact]
    public async Task Tree_OfTenThousandLevels_NeedsNoStack()
    {
        Open(Cas.AddDirectory());
        TreeDirectory directory = MakeDirectory(Top, "out"u8.ToArray());
        for (int level = 0; level < 10_000; level++)
        {
            directory = MakeDirectory(directory, "d"u8.ToArray());
        }

        CapturedOutputs captured = await CaptureAsync(Directories(OutputDirectoryFormat.TreeAndDirectory, "out"));
        Assert.Equal(10_001, captured.Statistics.Directories);
        Assert.Equal(10_001, Sink.Tree(captured.Result.Directories[0].Tree!.Value).Count);
    }

    [Theory]
    [InlineData("", "/etc/passwd", "absolute")]
    [InlineData("", "../x", "out of the root")]
    [InlineData("work", "../../x", "out of the root")]
    [InlineData("work", "a/../../../x", "out of the root")]
    [InlineData("", "a//b", "empty part")]
    [InlineData("", "a/", "empty part")]
    [InlineData("", "a\0b", "NUL")]
    [InlineData("../up", "x", "out of the root")]
    public void Path_ThatReapiForbids_IsRefusedBeforeAnythingIsLookedAt(string workingDirectory, string path, string why)
    {
        OutputException exception = Assert.Throws<OutputException>(() => OutputPath.Resolve(workingDirectory, path));
        Assert.Equal(OutputErrorKind.InvalidPath, exception.Kind);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_TooLongOrNoText_IsRefused()
    {
        Assert.Throws<OutputException>(() => OutputPath.Resolve("", "\ud800"));
        Assert.Throws<OutputException>(() => OutputPath.Resolve("", new string('n', 256)));
        Assert.Throws<OutputException>(() => OutputPath.Resolve("", string.Join('/', Enumerable.Repeat("name", 1000))));
    }

    [Theory]
    [InlineData("/work", "../other/x", 2)]
    [InlineData("work/", "./x/.", 2)]
    [InlineData("work", "", 1)]
    [InlineData("/", "", 0)]
    [InlineData("a/b", "../../c", 1)]
    public void Path_WithinTheRoot_KeepsItsText(string workingDirectory, string path, int names)
    {
        OutputPath resolved = OutputPath.Resolve(workingDirectory, path);
        Assert.Equal((path, names), (resolved.Text, resolved.Names.Length));
    }

    [Fact]
    public async Task Paths_NamedTwiceOrWithinEachOther_AreEachToldOnce()
    {
        Open(Cas.AddDirectory());
        MakeDirectory(Top, "out"u8.ToArray());
        Tree.Create("out", "f", "text");
        CapturedOutputs captured = await CaptureAsync("out", "out", "out/f", "out/f", "");
        Assert.Equal(["out", ""], captured.Result.Directories.Select(directory => directory.Path));
        Assert.Equal("out/f", Assert.Single(captured.Result.Files).Path);
    }

    [Fact]
    public async Task Paths_TenThousandOfThem_AreEachTold()
    {
        Open(Cas.AddDirectory());
        TreeDirectory directory = MakeDirectory(Top, "out"u8.ToArray());
        string[] paths = [.. Enumerable.Range(0, 10_000).Select(number => $"out/{number}")];
        foreach (string path in paths.Where((_, number) => number % 2 == 0))
        {
            Add(directory, Kernel.TreeFixture.Bytes(path[4..]), new TreeFile(Tree.Root, Metadata()));
        }

        CapturedOutputs captured = await CaptureAsync(paths);
        Assert.Equal(paths.Where((_, number) => number % 2 == 0), captured.Result.Files.Select(file => file.Path));
        Assert.Empty(Sink.Blobs); // the empty blob always exists
    }

    [Fact]
    public async Task Prepare_MakesParentsAndNothingMore()
    {
        Open(Cas.AddDirectory(("have", Cas.AddDirectory(("inside", "x"))), ("file", "y")));
        await using (OutputCapture capture = new(Tree.Root, new OutputRequest { WorkingDirectory = "w", Paths = ["a/b/out", "../have/new/out", "top"] }))
        {
            await capture.PrepareAsync(CancellationToken.None);
        }

        Assert.Equal([".", "..", "file", "have", "tmp", "w"], Tree.List("").Order(StringComparer.Ordinal));
        Assert.Equal([".", "..", "b"], Tree.List("w/a").Order(StringComparer.Ordinal));
        Assert.Equal([".", ".."], Tree.List("w/a/b").Order(StringComparer.Ordinal));
        Assert.Equal([".", "..", "inside", "new"], Tree.List("have").Order(StringComparer.Ordinal));
        await using OutputCapture blocked = new(Tree.Root, new OutputRequest { Paths = ["file/out"] });
        OutputException exception = await Assert.ThrowsAsync<OutputException>(() => blocked.PrepareAsync(CancellationToken.None));
        Assert.Contains("'/file'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_WantedDirectories_AreMadeAndWhatStandsThereStays()
    {
        Open(Cas.AddDirectory(("have", Cas.AddDirectory(("inside", "x"))), ("file", "y")));
        await using OutputCapture capture = new(Tree.Root, new OutputRequest { Directories = ["a/tree", "have/inside", "file"] });
        await capture.PrepareAsync(CancellationToken.None);

        Assert.Equal([".", ".."], Tree.List("a/tree").Order(StringComparer.Ordinal));
        Assert.Equal([".", "..", "inside"], Tree.List("have").Order(StringComparer.Ordinal));
        Assert.Equal([".", "..", "a", "file", "have", "tmp"], Tree.List("").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Prepare_ThenAWriterCloses_TheFileIsHashedBeforeTheEnd()
    {
        Open(Cas.AddDirectory());
        MakeDirectory(Top, "other"u8.ToArray());
        await using OutputCapture capture = new(Tree.Root, new OutputRequest { Paths = ["out/file", "tree"] });
        await capture.PrepareAsync(CancellationToken.None);
        MakeDirectory(MakeDirectory(Top, "tree"u8.ToArray()), "sub"u8.ToArray());
        Written("out", "file");
        Written("tree/sub", "file");
        Written("other", "file");
        Written("out", "unwanted");
        await Wait.UntilAsync(() => capture.HashedFiles == 2, "two files are hashed");
        CapturedOutputs captured = await capture.CaptureAsync(Sink, null, null, CancellationToken.None);
        Assert.Equal((2L, 0L), (captured.Statistics.HashedEarlier, captured.Statistics.HashedFiles));
        Assert.Equal(2, captured.Result.Files.Count + captured.Result.Directories.Count);
    }

    private void Written(string directory, string name)
    {
        ulong node = Tree.Create(directory, name, $"{directory}/{name}");
        Assert.Equal(Linux.Errno.Success, Tree.FileSystem.Open(Kernel.TreeFixture.Request(node), new Fuse.Wire.FuseOpenIn { Flags = 1 }, out Fuse.Wire.FuseOpenOut open).Errno);
        Tree.FileSystem.Release(Kernel.TreeFixture.Request(node), new Fuse.Wire.FuseReleaseIn { Fh = open.Fh });
    }

    private static void AssertSorted(List<(Digest Digest, DirectoryListing Listing)> tree)
    {
        Dictionary<Digest, int> places = tree.Select((directory, place) => (directory.Digest, place)).ToDictionary();
        for (int place = 0; place < tree.Count; place++)
        {
            DirectoryListing listing = tree[place].Listing;
            for (int i = 0; i < listing.Count; i++)
            {
                if (listing.GetKind(i) == DirectoryEntryKind.Directory)
                {
                    Assert.True(places[listing.GetDigest(i)] > place);
                }
            }
        }
    }
}
