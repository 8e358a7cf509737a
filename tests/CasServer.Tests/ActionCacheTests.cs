using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests;

public sealed class ActionCacheTests : IAsyncLifetime
{
    private readonly ServerFixture _fixture = new(static options => options with { MaxActionResults = 20 });

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task GetActionResult_Stored_ComesBackAndSurvivesARestart()
    {
        Digest output = _fixture.Put(ServerFixture.Bytes(1, 500));
        Digest action = ServerFixture.DigestOf([1]);
        Protos.ActionResult result = new() { ExitCode = 3, OutputFiles = { new Protos.OutputFile { Path = "o", Digest = output.ToMessage() } } };
        await UpdateAsync(action, result);

        Assert.Equal(result, await GetAsync(action));
        await using CasServerHost second = await CasServerHost.StartAsync(new CasServerOptions
        {
            Addresses = ["grpc://127.0.0.1:0"],
            Storage = new BlobStoreOptions { Directory = _fixture.Root },
        });
        await using GrpcChannel channel = GrpcChannel.ForAddress(second.Address);
        Assert.Equal(result, await channel.UnaryAsync(CasMethods.GetActionResult, new() { ActionDigest = action.ToMessage() }));
    }

    [Fact]
    public async Task Connection_UpdateThenGet_IsTheSameAndUnknownIsNone()
    {
        await using CasConnection connection = CasConnection.Open(new CasEndpointOptions { Address = _fixture.Host.Address });
        Digest action = ServerFixture.DigestOf([9]);
        Assert.Null(await connection.GetActionResultAsync(action));

        ActionResult result = new() { ExitCode = 4, Files = [new OutputFile("o", _fixture.Put(ServerFixture.Bytes(5, 50)), true)], Symlinks = [new OutputSymlink("l", "t")] };
        await connection.UpdateActionResultAsync(action, result);
        ActionResult? again = await connection.GetActionResultAsync(action);
        Assert.Equal((4, result.Files[0], result.Symlinks[0]), (again!.ExitCode, again.Files[0], again.Symlinks[0]));

        Digest absent = ServerFixture.DigestOf([1, 2, 3]);
        CasException exception = await Assert.ThrowsAsync<CasException>(() => connection.UpdateActionResultAsync(action, result with { Files = [new OutputFile("o", absent, true)] }));
        Assert.Equal((CasErrorKind.Missing, (Digest?)absent), (exception.Kind, exception.Digest));
    }

    [Fact]
    public async Task GetActionResult_Unknown_IsNotFoundAndNamesTheAction()
    {
        Digest action = ServerFixture.DigestOf([2]);
        RpcException exception = await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(action));
        Assert.Contains(action.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetActionResult_OtherInstance_IsNotFound()
    {
        Digest action = ServerFixture.DigestOf([3]);
        await UpdateAsync(action, new(), "one");

        Assert.NotNull(await GetAsync(action, "one"));
        await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(action, "../one"));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("stdout")]
    [InlineData("stderr")]
    [InlineData("tree")]
    [InlineData("file in tree")]
    [InlineData("root directory")]
    public async Task Results_OfMissingBlobs_AreRefusedAndNoLongerShown(string which)
    {
        byte[] bytes = ServerFixture.Bytes(which.Length, 700);
        Digest digest = _fixture.Put(bytes);
        Protos.ActionResult result = Naming(which, ref digest);
        Digest action = ServerFixture.DigestOf([4]);
        await UpdateAsync(action, result);
        Assert.Equal(result, await GetAsync(action));
        _fixture.Store.Remove(digest);

        RpcException gone = await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(action));
        RpcException refused = await ServerFixture.FailsAsync(StatusCode.FailedPrecondition, () => UpdateAsync(action, result));
        Protos.Status status = Protos.Status.Parser.ParseFrom(refused.Status.DetailsBin.Span);
        Protos.PreconditionFailure failure = Assert.Single(status.Details).Unpack<Protos.PreconditionFailure>();

        Assert.Contains(digest.ToString(), gone.Message, StringComparison.Ordinal);
        Assert.Equal("MISSING", Assert.Single(failure.Violations).Type);
        Assert.Equal($"blobs/{digest}", failure.Violations[0].Subject);
    }

    [Fact]
    public async Task GetActionResult_DamagedOnDiskAnywhere_IsNotFound()
    {
        Digest action = ServerFixture.DigestOf([5]);
        Protos.ActionResult result = new() { ExitCode = 7, StdoutRaw = ByteString.CopyFromUtf8("hello") };
        await UpdateAsync(action, result);
        string path = Assert.Single(Directory.GetFiles(Path.Join(_fixture.Root, "actions"), "*", SearchOption.AllDirectories));
        byte[] stored = File.ReadAllBytes(path);
        for (int length = 0; length < stored.Length; length++)
        {
            File.WriteAllBytes(path, stored.AsSpan(0, length));
            await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(action));
        }

        File.WriteAllBytes(path, stored);
        Assert.Equal(result, await GetAsync(action));
    }

    [Fact]
    public async Task UpdateActionResult_BeyondTheBound_DropsTheOldest()
    {
        for (byte i = 0; i < 20; i++)
        {
            await UpdateAsync(ServerFixture.DigestOf([9, i]), new() { ExitCode = i });
        }

        Assert.Equal(5, (await GetAsync(ServerFixture.DigestOf([9, 5]))).ExitCode);
        await UpdateAsync(ServerFixture.DigestOf([9, 20]), new() { ExitCode = 20 });

        Assert.Equal(18, Directory.GetFiles(Path.Join(_fixture.Root, "actions"), "*", SearchOption.AllDirectories).Length);
        Assert.Equal(5, (await GetAsync(ServerFixture.DigestOf([9, 5]))).ExitCode);
        Assert.Equal(20, (await GetAsync(ServerFixture.DigestOf([9, 20]))).ExitCode);
        await ServerFixture.FailsAsync(StatusCode.NotFound, () => GetAsync(ServerFixture.DigestOf([9, 0])));
    }

    [Fact]
    public async Task Requests_Malformed_AreInvalidArgument()
    {
        Digest action = ServerFixture.DigestOf([6]);
        Protos.OutputFile bad = new() { Path = "o", Digest = new() { Hash = "x", SizeBytes = 1 } };
        Protos.OutputDirectory noTree = new() { Path = "d", TreeDigest = _fixture.Put([0xff, 0xff]).ToMessage() };
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => _fixture.CallAsync(CasMethods.GetActionResult, new()));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => _fixture.CallAsync(
            CasMethods.UpdateActionResult, new() { ActionDigest = action.ToMessage() }));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => UpdateAsync(action, new() { OutputFiles = { bad } }));
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => UpdateAsync(action, new() { OutputDirectories = { noTree } }));
        Protos.OutputDirectory cutOff = new() { Path = "d", TreeDigest = _fixture.Put([0x0a, 0x04, 0x2a, 0x02, 0x1a, 0x05]).ToMessage() };
        await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => UpdateAsync(action, new() { OutputDirectories = { cutOff } }));
        await ServerFixture.FailsAsync(
            StatusCode.ResourceExhausted, () => UpdateAsync(action, new() { StdoutRaw = ByteString.CopyFrom(new byte[5 << 20]) }));
    }

    private Protos.ActionResult Naming(string which, ref Digest digest)
    {
        Protos.Directory directory = new() { Files = { new Protos.FileNode { Name = "f", Digest = digest.ToMessage() } } };
        Digest tree = _fixture.Put(new Protos.Tree { Root = new(), Children = { directory } });
        Protos.ActionResult result = which switch
        {
            "file" => new() { OutputFiles = { new Protos.OutputFile { Path = "o", Digest = digest.ToMessage() } } },
            "stdout" => new() { StdoutDigest = digest.ToMessage() },
            "stderr" => new() { StderrDigest = digest.ToMessage() },
            "root directory" => new() { OutputDirectories = { new Protos.OutputDirectory { Path = "d", RootDirectoryDigest = digest.ToMessage() } } },
            _ => new() { OutputDirectories = { new Protos.OutputDirectory { Path = "d", TreeDigest = tree.ToMessage() } } },
        };
        digest = which == "tree" ? tree : digest;
        return result;
    }

    private Task<Protos.ActionResult> UpdateAsync(Digest action, Protos.ActionResult result, string instance = "") =>
        _fixture.CallAsync(CasMethods.UpdateActionResult, new() { ActionDigest = action.ToMessage(), ActionResult = result, InstanceName = instance });

    private Task<Protos.ActionResult> GetAsync(Digest action, string instance = "") =>
        _fixture.CallAsync(CasMethods.GetActionResult, new() { ActionDigest = action.ToMessage(), InstanceName = instance });
}
