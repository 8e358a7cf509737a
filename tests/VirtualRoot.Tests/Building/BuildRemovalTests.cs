using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;
using VirtualRoot.Testing;
using VirtualRoot.Tests.Kernel;
using VirtualRoot.Tests.Outputs;

namespace VirtualRoot.Tests.Building;

/// <summary>How roots go, and what refuses to come.</summary>
public sealed class BuildRemovalTests : IDisposable
{
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public async Task Dispose_WhileNodesAreHeld_MakesAllOfThemStale()
    {
        await _build.FetchAsync("plain text");
        BuildRoot gone = await _build.CreateAsync("gone", special: true);
        BuildRoot stays = await _build.CreateAsync("stays");
        ulong folder = _build.Walk("gone").NodeId;
        ulong top = _build.Walk("gone/root").NodeId;
        ulong file = _build.Walk("gone/root/plain").NodeId;
        ulong written = _build.Create("gone/root", "new", "bytes");
        ulong device = _build.Walk("gone/root/dev/null").NodeId;
        Assert.Equal(Errno.Success, _build.FileSystem.Open(TreeFixture.Request(file), new FuseOpenIn(), out FuseOpenOut open).Errno);
        Assert.Equal(Errno.Success, _build.FileSystem.OpenDirectory(TreeFixture.Request(top), new FuseOpenIn(), out FuseOpenOut listing).Errno);

        await gone.DisposeAsync();

        Assert.Equal(Errno.ENOENT, _build.Lookup(NodeTable.RootId, "gone", out _));
        Assert.Equal(Errno.ESTALE, _build.Lookup(folder, "root", out _));
        Assert.Equal(Errno.ESTALE, _build.Lookup(top, "bin", out _));
        Assert.Equal(Errno.ESTALE, _build.Read(file, out _));
        Assert.Equal(Errno.ESTALE, _build.Read(written, out _));
        Assert.Equal(Errno.ESTALE, _build.Write(written, "more"));
        Assert.Equal(Errno.ESTALE, _build.FileSystem.GetAttr(TreeFixture.Request(device), new FuseGetAttrIn(), out _).Errno);
        Assert.Equal(Errno.ESTALE, _build.FileSystem.StatFs(TreeFixture.Request(top), out _).Errno);
        Assert.Equal(Errno.ESTALE, _build.FileSystem.Create(TreeFixture.Request(top), new FuseCreateIn(), "x"u8, out _, out _).Errno);
        FuseDirectoryWriter writer = new(new byte[4096]);
        Assert.Equal(Errno.ESTALE, _build.FileSystem.ReadDirectory(TreeFixture.Request(top), new FuseReadIn { Fh = listing.Fh, Size = 4096 }, ref writer).Errno);
        Assert.Equal(Errno.ESTALE, _build.FileSystem.Rename(TreeFixture.Request(_build.Walk("stays/root").NodeId), "plain"u8, top, "x"u8, 0).Errno);

        await gone.Removal.WaitAsync(BuildFixture.Limit);
        Assert.Equal(Errno.Success, _build.FileSystem.Release(TreeFixture.Request(file), new FuseReleaseIn { Fh = open.Fh }).Errno);
        Assert.Equal(Errno.Success, _build.Read(_build.Walk("stays/root/plain").NodeId, out string content));
        Assert.Equal("plain text", content);
        Assert.False(stays.Root.IsRemoved);
        Assert.Equal(["stays"], _build.Roots.List().Select(root => root.Id));
    }

    [Fact]
    public async Task Dispose_IsOverBeforeTheKernelIsTold_AndTheNameIsFreeAfterThat()
    {
        _build.KernelAnswers = new ManualResetEventSlim();
        BuildRoot first = await _build.CreateAsync("a");
        await first.DisposeAsync();

        Assert.False(first.Removal.IsCompleted);
        BuildDirectoryException taken = await Assert.ThrowsAsync<BuildDirectoryException>(() => _build.CreateAsync("a"));
        Assert.Equal(BuildDirectoryErrorKind.NameTaken, taken.Kind);
        Assert.Same(first, _build.Roots.Find("a"));

        _build.KernelAnswers.Set();
        await first.Removal.WaitAsync(BuildFixture.Limit);
        Assert.Equal(["a"], _build.Forgotten);
        Assert.Null(_build.Roots.Find("a"));
        Assert.NotSame(first, await _build.CreateAsync("a"));
    }

    [Fact]
    public async Task Removal_ThatTakesLong_HoldsNoOtherUp()
    {
        (_build.KernelAnswers, _build.HeldName) = (new ManualResetEventSlim(), "slow");
        BuildRoot slow = await _build.CreateAsync("slow");
        await slow.DisposeAsync();
        for (int index = 0; index < 20; index++)
        {
            BuildRoot root = await _build.CreateAsync("quick");
            await root.DisposeAsync();
            await root.Removal.WaitAsync(BuildFixture.Limit / 2); // before the slow one is let go
        }

        Assert.False(slow.Removal.IsCompleted);
        _build.KernelAnswers.Set();
        await slow.Removal.WaitAsync(BuildFixture.Limit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)] // read once more when it is sent
    public async Task Capture_OfARootThatGoesMeanwhile_SaysSo(int size)
    {
        await _build.FetchAsync(string.Empty); // standard output
        BuildRoot root = await _build.CreateAsync("a");
        _build.Create("a/root", "one", new string('x', size));
        MemorySink sink = new()
        {
            BeforeStore = () =>
            {
                root.DisposeAsync().AsTask().Wait();
                Assert.True(root.Removal.Wait(BuildFixture.Limit));
            },
        };

        OutputException gone = await Assert.ThrowsAsync<OutputException>(() => root.CaptureAsync(new OutputRequest { Paths = ["one"] }, sink, default));

        Assert.Equal((OutputErrorKind.Changing, "root a was removed while its outputs were captured"), (gone.Kind, gone.Message));
    }

    // First the large one, by which the kernel locks nothing that another root needs.
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public async Task Dispose_OfAnyRoot_TellsTheKernelTwoNames(int files)
    {
        BuildRoot root = await _build.CreateAsync("a");
        for (int index = 0; index < files; index++)
        {
            _build.Create("a/root", $"file{index}", "x");
        }

        int known = _build.Nodes.Count;
        await root.DisposeAsync();
        await root.Removal.WaitAsync(BuildFixture.Limit);

        Assert.Equal(["below/root", "a"], _build.Forgotten);
        Assert.Equal(known, _build.Nodes.Count); // nobody walked there: the kernel's references are the kernel's to drop
        Assert.Equal(0, _build.ScratchParts);
    }

    [Fact]
    public async Task Forget_OfNodesOfARootThatIsGone_EmptiesTheTable()
    {
        BuildRoot root = await _build.CreateAsync("a", special: true);
        int before = _build.Nodes.Count;
        ulong[] nodes = [.. new[] { "a", "a/root", "a/root/bin", "a/root/bin/tool", "a/root/proc", "a/root/dev", "a/root/dev/null", "a/stdout" }.Select(path => _build.Walk(path).NodeId)];
        await root.DisposeAsync();
        await root.Removal.WaitAsync(BuildFixture.Limit);
        foreach (ulong node in nodes)
        {
            _build.FileSystem.Forget(node, 100);
        }

        Assert.Equal(before, _build.Nodes.Count);
        await _build.CreateAsync("a");
        Assert.DoesNotContain(_build.Walk("a/root/bin/tool").NodeId, nodes); // never a node id of another root
        ulong living = _build.Walk("a/root").NodeId;
        Assert.All(nodes, node =>
        {
            // Their slots have other nodes by now.
            Assert.Equal(Errno.ESTALE, _build.FileSystem.GetAttr(TreeFixture.Request(node), new FuseGetAttrIn(), out _).Errno);
            Assert.Equal(Errno.ESTALE, _build.FileSystem.MakeDirectory(TreeFixture.Request(node), new FuseMkdirIn(), "x"u8, out _).Errno);
            Assert.Equal(Errno.ESTALE, _build.FileSystem.Rename(TreeFixture.Request(living), "plain"u8, node, "x"u8, 0).Errno);
        });
    }

    [Fact]
    public async Task ScratchFile_MadeAfterItsRootWent_HasNoPlace()
    {
        BuildRoot root = await _build.CreateAsync("a");
        _build.Create("a/root", "new", "bytes");
        Assert.Equal(1, _build.ScratchParts);
        await root.DisposeAsync();
        await root.Removal.WaitAsync(BuildFixture.Limit);

        Assert.Equal(Errno.ENOENT, root.Root.Scratch.NewFile().TryOpen(out DescriptorUse use));
        Assert.Null(use.Handle);
        Assert.Equal(0, _build.ScratchParts);
    }

    [Fact]
    public async Task Create_OfMissingInputs_LeavesNothing()
    {
        Digest missing = new(DigestFunction.Sha256, new byte[32], 77);
        CasException failure = await Assert.ThrowsAsync<CasException>(() => _build.CreateAsync("a", root => root with { InputRoot = missing }));

        Assert.Equal(CasErrorKind.Missing, failure.Kind);
        Assert.Null(_build.Roots.Find("a"));
        Assert.Equal(0, _build.ScratchParts);
        await _build.CreateAsync("a");
    }

    [Fact]
    public async Task Create_BeyondTheBound_IsRefusedUntilARemovalIsOver()
    {
        BuildRoot[] roots = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => _build.CreateAsync($"r{index}")));
        _build.KernelAnswers = new ManualResetEventSlim();
        await roots[0].DisposeAsync();
        BuildDirectoryException refused = await Assert.ThrowsAsync<BuildDirectoryException>(() => _build.CreateAsync("one-more"));

        Assert.Equal(BuildDirectoryErrorKind.TooManyRoots, refused.Kind);
        _build.KernelAnswers.Set();
        await roots[0].Removal.WaitAsync(BuildFixture.Limit);
        await _build.CreateAsync("one-more");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("é")]
    [InlineData("a b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Create_OfANameThatCannotBeOne_IsRefused(string name) =>
        Assert.Equal(BuildDirectoryErrorKind.BadName, (await Assert.ThrowsAsync<BuildDirectoryException>(() => _build.CreateAsync(name))).Kind);

    [Fact]
    public async Task Close_WhileARootIsBeingMade_GivesItUp()
    {
        Digest cold = _build.Cas.AddDirectory(("cold", "x"));
        _build.Cas.Hold = new TaskCompletionSource();
        Task<BuildRoot> made = _build.CreateAsync("a", root => root with { InputRoot = cold });
        Wait.Until(() => _build.Cas.Held > 0, "a held fetch");
        await _build.Roots.DisposeAsync().AsTask().WaitAsync(BuildFixture.Limit);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => made.WaitAsync(BuildFixture.Limit));
        Assert.Equal(0, _build.ScratchParts);
        Assert.Equal(BuildDirectoryErrorKind.Closed, (await Assert.ThrowsAsync<BuildDirectoryException>(() => _build.CreateAsync("b"))).Kind);
    }
}
