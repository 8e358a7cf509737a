using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>The action cache of another server, one that answers whatever it was told, as most do.</summary>
public sealed class RemoteActionCacheTests : IAsyncLifetime
{
    private readonly ServerFixture _cas = new();
    private readonly string _store = Path.Join(Path.GetTempPath(), "vroot-remote-" + Guid.NewGuid().ToString("N"));
    private readonly Digest _action = ServerFixture.DigestOf("an action"u8);
    private Protos.ActionResult _result = new();
    private int _asked;
    private GrpcServerHost _server = null!;
    private BlobStore _local = null!;
    private CasSession _session = null!;
    private RemoteActionCache _cache = null!;

    public async Task InitializeAsync()
    {
        await _cas.InitializeAsync();
        _server = NewServer();
        _server.AddUnary(CasMethods.GetCapabilities, (request, _) => _cas.CallAsync(CasMethods.GetCapabilities, request));
        _server.AddUnary(CasMethods.BatchReadBlobs, (request, _) => _cas.CallAsync(CasMethods.BatchReadBlobs, request));
        _server.AddUnary(CasMethods.GetActionResult, (_, _) => Task.FromResult(_result));
        _server.AddUnary(CasMethods.FindMissingBlobs, (request, _) =>
        {
            Interlocked.Increment(ref _asked);
            return _cas.CallAsync(CasMethods.FindMissingBlobs, request);
        });
        await _server.StartAsync();
        _local = BlobStore.Open(new BlobStoreOptions { Directory = _store });
        _session = CasSession.Open(_local, new CasEndpointOptions { Address = _server.BoundAddress });
        _cache = new RemoteActionCache(_session.Connection!, _session);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        _local.Dispose();
        await _server.DisposeAsync();
        await _cas.DisposeAsync();
        Directory.Delete(_store, recursive: true);
    }

    [Fact]
    public async Task Result_AllOfWhichIsThere_IsFoundByTwoQuestions()
    {
        _result = ResultOf([.. Enumerable.Range(0, 3).Select(tree => _cas.Put(TreeOf([.. Enumerable.Range(0, 5).Select(file => _cas.Put([(byte)tree, (byte)file]))])))]);
        Assert.Equal(3, (await FindAsync())!.OutputDirectories.Count);
        Assert.Equal(2, _asked); // for what the result names, and for what all its Trees name
    }

    [Theory]
    [InlineData("at the top")]
    [InlineData("below")]
    public async Task File_ThatIsMissingInATree_MakesItNone(string where)
    {
        Digest here = _cas.Put([1, 2]);
        Digest gone = ServerFixture.DigestOf([9, 9, 9]);
        Protos.Directory child = DirectoryOf(where == "below" ? gone : here);
        Protos.Tree tree = TreeOf([where == "below" ? here : gone]);
        tree.Children.Add(child);
        _result = ResultOf([_cas.Put(TreeOf([here])), _cas.Put(tree)]);
        Assert.Null(await FindAsync());

        _cas.Put([9, 9, 9]);
        Assert.NotNull(await FindAsync());
    }

    [Fact]
    public async Task Tree_ThatIsMissing_MakesItNone()
    {
        _result = ResultOf([ServerFixture.DigestOf([7, 7])]);
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Tree_ThatIsNone_MakesItNone()
    {
        _result = ResultOf([_cas.Put([0xff, 0xff, 0xff])]);
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Files_ThatAreEmpty_AreNotAskedFor()
    {
        _result = ResultOf([_cas.Put(TreeOf([ServerFixture.DigestOf([])]))]);
        Assert.NotNull(await FindAsync());
        Assert.Equal(1, _asked);
    }

    private static GrpcServerHost NewServer() => new(new GrpcServerOptions { Addresses = ["grpc://127.0.0.1:0"] });

    private static Protos.Directory DirectoryOf(params Digest[] files)
    {
        Protos.Directory directory = new();
        directory.Files.AddRange(files.Select((file, index) => new Protos.FileNode { Name = $"f{index}", Digest = file.ToMessage() }));
        return directory;
    }

    private static Protos.Tree TreeOf(Digest[] files) => new() { Root = DirectoryOf(files) };

    private static Protos.ActionResult ResultOf(Digest[] trees)
    {
        Protos.ActionResult result = new();
        result.OutputDirectories.AddRange(trees.Select((tree, index) => new Protos.OutputDirectory { Path = $"d{index}", TreeDigest = tree.ToMessage() }));
        return result;
    }

    private Task<Protos.ActionResult?> FindAsync() => _cache.FindAsync("", _action, CancellationToken.None);
}
