using Microsoft.Win32.SafeHandles;
using VirtualRoot.Building;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Tests.Kernel;

namespace VirtualRoot.Tests.Building;

/// <summary>What a build directory shows.</summary>
public sealed class BuildTreeTests : IDisposable
{
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public async Task Create_TwoRoots_ShowsEachWithItsTextsAndLogs()
    {
        BuildRoot a = await _build.CreateAsync("a");
        await _build.CreateAsync("b");

        Assert.Equal([".", "..", "a", "b"], _build.List("").Order(StringComparer.Ordinal));
        Assert.Equal([".", "..", "root", "stdout", "stderr", "server_logs"], _build.List("a"));
        Assert.Equal([".", "..", "bin", "plain", "tmp"], _build.List("a/root").Order(StringComparer.Ordinal));
        Assert.Equal(BuildFixture.MountPoint + "/a/root", a.RootPath);
        FuseAttr stdout = _build.Walk("a/stdout").Attr;
        Assert.Equal((0x81a4u, TreeFixture.Uid, 0ul), (stdout.Mode, stdout.Uid, stdout.Size));
        Assert.Equal(0x41edu, _build.Walk("a/server_logs").Attr.Mode);
    }

    [Fact]
    public async Task Create_WithoutName_TakesOneThatIsFree()
    {
        await _build.CreateAsync("1");
        BuildRoot second = await _build.CreateAsync(null);

        Assert.Equal("2", second.Id);
        Assert.Same(second, _build.Roots.Find("2"));
    }

    [Fact]
    public async Task Names_AboveTheRoots_AreTheDaemonsToChange()
    {
        await _build.CreateAsync("a");
        foreach (string path in new[] { "", "a" })
        {
            ulong node = _build.Walk(path).NodeId;
            Assert.Equal(Errno.EPERM, _build.FileSystem.MakeDirectory(TreeFixture.Request(node), new FuseMkdirIn(), "x"u8, out _).Errno);
            Assert.Equal(Errno.EPERM, _build.FileSystem.Create(TreeFixture.Request(node), new FuseCreateIn(), "x"u8, out _, out _).Errno);
            Assert.Equal(Errno.EPERM, _build.FileSystem.RemoveDirectory(TreeFixture.Request(node), "root"u8).Errno);
            Assert.Equal(Errno.EPERM, _build.FileSystem.Unlink(TreeFixture.Request(node), "stdout"u8).Errno);
            Assert.Equal(Errno.EPERM, _build.FileSystem.Rename(TreeFixture.Request(node), "root"u8, node, "other"u8, 0).Errno);
            Assert.Equal(Errno.EPERM, _build.FileSystem.SetAttr(TreeFixture.Request(node), new FuseSetAttrIn { Valid = FuseSetAttrValid.Mode }, out _).Errno);
        }
    }

    [Fact]
    public async Task Lookup_OfARootThatIsNotThere_IsNotForTheKernelToKeep()
    {
        Assert.Equal(Errno.ENOENT, _build.Lookup(NodeTable.RootId, "later", out _));
        await _build.CreateAsync("later");
        ulong folder = _build.Walk("later").NodeId;

        Assert.Equal(Errno.Success, _build.Lookup(folder, "no-such-name", out FuseEntryOut absent));
        Assert.True(absent is { NodeId: 0, EntryValid: > 1_000_000 });
    }

    [Fact]
    public async Task Inodes_OfTheSamePathInTwoRoots_Differ()
    {
        await _build.CreateAsync("a");
        await _build.CreateAsync("b");
        _build.Create("a/root", "new", "x");
        _build.Create("b/root", "new", "x");

        string[] paths = ["", "root", "root/bin", "root/bin/tool", "root/plain", "root/new", "root/tmp", "stdout", "stderr", "server_logs"];
        ulong[] inodes = [.. new[] { "a", "b" }.SelectMany(id => paths.Select(path => _build.Walk($"{id}/{path}").Attr.Ino)), _build.Walk("").NodeId];
        Assert.Equal(inodes.Length, inodes.Distinct().Count());
    }

    [Fact]
    public async Task Inodes_OfInputs_AreTheSameWhenTheRootIsMadeAgain()
    {
        BuildRoot first = await _build.CreateAsync("a");
        ulong before = _build.Walk("a/root/bin/tool").Attr.Ino;
        await first.DisposeAsync();
        await first.Removal.WaitAsync(BuildFixture.Limit);
        await _build.CreateAsync("a");

        Assert.Equal(before, _build.Walk("a/root/bin/tool").Attr.Ino);
    }

    [Fact]
    public async Task RenameLinkAndCopy_AcrossRoots_AreExdev()
    {
        await _build.CreateAsync("a");
        await _build.CreateAsync("b");
        ulong from = _build.Walk("a/root").NodeId;
        ulong to = _build.Walk("b/root").NodeId;
        ulong file = _build.Walk("a/root/plain").NodeId;
        ulong other = _build.Create("b/root", "copy", "");

        Assert.Equal(Errno.EXDEV, _build.FileSystem.Rename(TreeFixture.Request(from), "plain"u8, to, "plain2"u8, 0).Errno);
        Assert.Equal(Errno.EXDEV, _build.FileSystem.Link(TreeFixture.Request(to), file, "plain2"u8, out _).Errno);
        Assert.Equal(Errno.EXDEV, _build.FileSystem.CopyFileRange(TreeFixture.Request(file), new FuseCopyFileRangeIn { NodeIdOut = other, Len = 5 }, out _).Errno);
        Assert.Equal(Errno.Success, _build.FileSystem.Rename(TreeFixture.Request(from), "plain"u8, from, "plain2"u8, 0).Errno);
    }

    [Fact]
    public async Task StatFs_AndENOSPC_AreEachRootsOwn()
    {
        BuildRoot full = await _build.CreateAsync("full", root => root with { QuotaBytes = 1 << 20, QuotaInodes = 2 });
        await _build.CreateAsync("free", root => root with { QuotaBytes = 1 << 24 });
        Assert.Equal(Errno.Success, _build.FileSystem.StatFs(TreeFixture.Request(_build.Walk("full/root/plain").NodeId), out FuseKstatfs small).Errno);
        Assert.Equal(Errno.Success, _build.FileSystem.StatFs(TreeFixture.Request(_build.Walk("free/root").NodeId), out FuseKstatfs large).Errno);
        Assert.Equal(Errno.Success, _build.FileSystem.StatFs(TreeFixture.Request(NodeTable.RootId), out FuseKstatfs disk).Errno);

        Assert.Equal((1ul << 20, 1ul << 24), (small.Blocks * small.FrSize, large.Blocks * large.FrSize));
        Assert.Equal(2ul, small.Files);
        Assert.True(disk.Blocks * disk.FrSize > 1 << 24);

        string twoMegabytes = new('x', 2 << 20);
        Assert.Equal(Errno.ENOSPC, _build.Write(_build.Create("full/root", "big", "y"), twoMegabytes));
        Assert.Equal(Errno.Success, _build.Write(_build.Create("free/root", "big", "y"), twoMegabytes));
        Assert.True(full.Root.Quota.WasReached);

        // What the action has to say about it does not count for the same quota.
        Assert.Equal(Errno.Success, _build.Write(_build.Walk("full/stderr").NodeId, twoMegabytes));
        Assert.True(full.Root.LogQuota.UsedBytes >= 2 << 20);
    }

    [Fact]
    public async Task Logs_BeyondTheirQuota_AreEnospc()
    {
        BuildRoot root = await _build.CreateAsync("a", options => options with { QuotaLogBytes = 1 << 20 });

        Assert.Equal(Errno.ENOSPC, _build.Write(_build.Walk("a/stdout").NodeId, new string('x', 2 << 20)));
        Assert.Equal(Errno.ENOSPC, _build.Write(_build.Create("a/server_logs", "log", "x"), new string('x', 2 << 20)));
        Assert.True(root.Root.LogQuota.WasReached);
        Assert.False(root.Root.Quota.WasReached);
    }

    [Fact]
    public async Task Texts_AsWritten_CanBeReadByTheDaemon()
    {
        BuildRoot root = await _build.CreateAsync("a");
        await _build.FetchAsync("plain text");
        await _build.FetchAsync("");
        ulong stdout = _build.Walk("a/stdout").NodeId;
        ulong stderr = _build.Walk("a/stderr").NodeId;
        Assert.Equal(Errno.Success, _build.Write(stdout, "hello\n"));
        Assert.Equal(Errno.Success, _build.FileSystem.CopyFileRange(TreeFixture.Request(_build.Walk("a/root/plain").NodeId), new FuseCopyFileRangeIn { NodeIdOut = stderr, Len = 5 }, out ulong shared).Errno);
        Assert.Equal(5ul, shared); // the beginning of a blob, by now

        Assert.Equal("hello\n", await TextOf(await root.OpenStdoutAsync(CancellationToken.None)));
        Assert.Equal("plain", await TextOf(await root.OpenStderrAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Statistics_OfARoot_AreItsOwn()
    {
        BuildRoot used = await _build.CreateAsync("used");
        BuildRoot idle = await _build.CreateAsync("idle");
        await _build.FetchAsync("tool text");
        long before = used.Root.Statistics.Snapshot().Requests;
        ulong tool = _build.Walk("used/root/bin/tool").NodeId;
        _build.List("used/root/bin");
        Assert.Equal(Errno.Success, _build.Read(tool, out _));
        Assert.Equal(Errno.Success, _build.Read(tool, out _));
        _build.Create("used/root", "new", "12345");

        Tree.RootStatisticsSnapshot told = used.Root.Statistics.Snapshot();
        Assert.True(told.Requests > before + 5);
        Assert.Equal((2, 1, 1, 5), (told.DirectoriesResolved, told.DirectoriesRead, told.FilesRead, told.BytesWritten));
        Assert.Equal((1, 0, 0, 0), (idle.Root.Statistics.Snapshot().DirectoriesResolved, idle.Root.Statistics.Snapshot().DirectoriesRead, idle.Root.Statistics.Snapshot().FilesRead, idle.Root.Statistics.Snapshot().BytesWritten));
    }

    private static async Task<string> TextOf(SafeFileHandle handle)
    {
        using (handle)
        {
            byte[] bytes = new byte[RandomAccess.GetLength(handle)];
            int length = await RandomAccess.ReadAsync(handle, bytes, 0);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        }
    }
}
