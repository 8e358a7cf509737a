using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Cli.Tests.Support;
using VirtualRoot.Cli.Trees;
using VirtualRoot.Testing;

namespace VirtualRoot.Cli.Tests.Trees;

public sealed class TreePathTests : IAsyncLifetime, IDisposable
{
    private readonly TestDirectory _files = new();
    private BlobStore _store = null!;
    private CasSession _cas = null!;
    private Digest _root;

    public async Task InitializeAsync()
    {
        string tree = SmallTree.Create(_files, "tree");
        _store = BlobStore.Open(new BlobStoreOptions { Directory = _files["store"] });
        _cas = CasSession.Open(_store, null);
        _root = (await TreeUploader.UploadAsync(tree, _cas.Sink, null, null, CancellationToken.None)).Root;
    }

    public async Task DisposeAsync()
    {
        await _cas.DisposeAsync();
        _store.Dispose();
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("etc/motd")]
    [InlineData("/etc/motd")]
    [InlineData("//etc/./deep/../motd")]
    [InlineData("../../etc/motd")]
    [InlineData("bin/to-motd")]
    [InlineData("absolute")]
    [InlineData("outside")]
    public async Task Resolve_PathInTheRoot_StaysInsideAndFindsTheFile(string path)
    {
        TreeItem item = await new TreePath(_cas.Directories, _root).ResolveAsync(path, followLast: true, CancellationToken.None);
        Assert.Equal(DirectoryEntryKind.File, item.Kind);
        using BlobLease lease = await _cas.Blobs.OpenAsync(item.Listing!.GetDigest(item.Index), CancellationToken.None);
        Assert.Equal("hello\n".Length, lease.SizeBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("etc/..")]
    public async Task Resolve_TheRoot_IsItsDigest(string path) =>
        Assert.Equal(_root, (await new TreePath(_cas.Directories, _root).ResolveAsync(path, followLast: true, CancellationToken.None)).Directory);

    [Fact]
    public async Task Resolve_LastLinkNotFollowed_IsTheLink() => Assert.Equal(
        DirectoryEntryKind.Symlink,
        (await new TreePath(_cas.Directories, _root).ResolveAsync("bin/to-motd", followLast: false, CancellationToken.None)).Kind);

    [Theory]
    [InlineData("loop", "links")]
    [InlineData("etc/missing", "no 'missing'")]
    [InlineData("etc/motd/x", "no directory")]
    [InlineData("etc/motd/", "no directory")]
    [InlineData("missing/../etc", "no 'missing'")]
    public async Task Resolve_NoSuchPath_SaysWhereItEnds(string path, string expected)
    {
        CliException fault = await Assert.ThrowsAsync<CliException>(
            () => new TreePath(_cas.Directories, _root).ResolveAsync(path, followLast: true, CancellationToken.None));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }
}
