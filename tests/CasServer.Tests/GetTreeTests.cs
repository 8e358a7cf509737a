using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests;

public sealed class GetTreeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 21)]
    [InlineData(5, 5)]
    [InlineData(1000, 1)]
    public async Task GetTree_PageSize_EveryDirectoryOnceRootFirst(int pageSize, int pages)
    {
        Protos.Directory root = new();
        for (int i = 0; i < 20; i++)
        {
            root.Directories.Add(Node($"d{i:00}", fixture.Put(File($"f{i}"))));
        }

        root.Directories.Add(Node("same-as-d00", fixture.Put(File("f0"))));
        List<Protos.GetTreeResponse> responses = await GetTreeAsync(new() { RootDigest = fixture.Put(root).ToMessage(), PageSize = pageSize });

        Assert.Equal(pages, responses.Count);
        Assert.Equal(21, responses.SelectMany(response => response.Directories).Distinct().Count());
        Assert.Equal(21, responses.Sum(response => response.Directories.Count));
        Assert.Equal(root, responses[0].Directories[0]);
        Assert.All(responses[..^1], response => Assert.NotEmpty(response.NextPageToken));
        Assert.Empty(responses[^1].NextPageToken);
    }

    [Fact]
    public async Task GetTree_PageToken_GoesOnWhereThePageEnded()
    {
        Protos.Directory root = new();
        for (int i = 0; i < 9; i++)
        {
            root.Directories.Add(Node($"d{i}", fixture.Put(File($"token{i}"))));
        }

        Protos.GetTreeRequest request = new() { RootDigest = fixture.Put(root).ToMessage(), PageSize = 4 };
        List<Protos.GetTreeResponse> all = await GetTreeAsync(request);
        request.PageToken = all[0].NextPageToken;
        List<Protos.GetTreeResponse> rest = await GetTreeAsync(request);

        Assert.Equal(all[1..], rest);
    }

    [Fact]
    public async Task GetTree_MissingSubdirectory_IsLeftOut()
    {
        Protos.Directory here = File("here");
        Protos.Directory root = new() { Directories = { Node("a", ServerFixture.DigestOf([1, 2, 3, 4, 5])), Node("b", fixture.Put(here)) } };
        List<Protos.GetTreeResponse> responses = await GetTreeAsync(new() { RootDigest = fixture.Put(root).ToMessage() });

        Assert.Equal([root, here], Assert.Single(responses).Directories);
    }

    [Fact]
    public async Task GetTree_MissingRoot_IsNotFoundAndNamesIt()
    {
        Digest missing = ServerFixture.DigestOf([1, 2, 3, 4, 5, 6]);
        RpcException exception = await ServerFixture.FailsAsync(
            StatusCode.NotFound, () => GetTreeAsync(new() { RootDigest = missing.ToMessage() }));
        Assert.Contains(missing.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTree_EmptyRoot_IsOneEmptyDirectory()
    {
        List<Protos.GetTreeResponse> responses = await GetTreeAsync(new() { RootDigest = ServerFixture.DigestOf([]).ToMessage() });
        Assert.Equal([new Protos.Directory()], Assert.Single(responses).Directories);
    }

    [Fact]
    public async Task GetTree_ExponentialDag_ListsEachDirectoryOnce()
    {
        Digest below = fixture.Put(File("leaf"));
        for (int level = 0; level < 60; level++)
        {
            below = fixture.Put(new Protos.Directory { Directories = { Node("left", below), Node("right", below) } });
        }

        List<Protos.GetTreeResponse> responses = await GetTreeAsync(new() { RootDigest = below.ToMessage() });
        Assert.Equal(61, responses.Sum(response => response.Directories.Count));
    }

    [Fact]
    public async Task GetTree_ChainOfManyLevels_NeedsNoStack()
    {
        Digest below = fixture.Put(File("bottom"));
        for (int level = 0; level < 3000; level++)
        {
            below = fixture.Put(new Protos.Directory { Directories = { Node("d", below) } });
        }

        List<Protos.GetTreeResponse> responses = await GetTreeAsync(new() { RootDigest = below.ToMessage() });
        Assert.Equal(3001, responses.Sum(response => response.Directories.Count));
    }

    [Fact]
    public async Task GetTree_DirectoryWithUnknownFieldsOutOfOrder_ComesAsStored()
    {
        // Field 1000 (varint 1) before a symlink node (field 3): parsed and written again, it would come last.
        byte[] stored = [0xc0, 0x3e, 0x01, .. new Protos.Directory { Symlinks = { new Protos.SymlinkNode { Name = "l", Target = "t" } } }.ToByteArray()];
        Digest digest = fixture.Put(stored);
        Method<Protos.GetTreeRequest, byte[]> raw = new(
            MethodType.ServerStreaming,
            CasMethods.ContentAddressableStorage,
            "GetTree",
            CasMethods.GetTree.RequestMarshaller,
            new Marshaller<byte[]>(static (_, _) => { }, static bytes => System.Buffers.BuffersExtensions.ToArray(bytes)));
        using AsyncServerStreamingCall<byte[]> call = fixture.Channel.AsyncServerStreamingCall(raw, new() { RootDigest = digest.ToMessage() });
        Assert.True(await call.ResponseStream.MoveNext(default));

        Assert.Equal([0x0a, (byte)stored.Length, .. stored], call.ResponseStream.Current);
    }

    [Fact]
    public async Task GetTree_WrongRequests_AreInvalidArgument()
    {
        Digest notADirectory = fixture.Put([0xff, 0xff, 0xff]);
        Digest cutOff = fixture.Put([0x2a, 0x02, 0x1a, 0x05]); // node_properties whose unix_mode ends before its length
        Digest badChild = fixture.Put(new Protos.Directory { Directories = { new Protos.DirectoryNode { Name = "d", Digest = new() { Hash = "q" } } } });
        Protos.Digest fine = ServerFixture.DigestOf([]).ToMessage();
        Protos.GetTreeRequest[] requests =
        [
            new(),
            new() { RootDigest = new() { Hash = "short", SizeBytes = 1 } },
            new() { RootDigest = fine, PageSize = -1 },
            new() { RootDigest = fine, PageToken = "-1" },
            new() { RootDigest = fine, PageToken = "mine" },
            new() { RootDigest = notADirectory.ToMessage() },
            new() { RootDigest = cutOff.ToMessage() },
            new() { RootDigest = badChild.ToMessage() },
            new() { RootDigest = new() { Hash = notADirectory.HashHex, SizeBytes = 1L << 40 } },
        ];
        foreach (Protos.GetTreeRequest request in requests)
        {
            await ServerFixture.FailsAsync(StatusCode.InvalidArgument, () => GetTreeAsync(request));
        }
    }

    private static Protos.Directory File(string name) =>
        new() { Files = { new Protos.FileNode { Name = name, Digest = ServerFixture.DigestOf([]).ToMessage() } } };

    private static Protos.DirectoryNode Node(string name, Digest digest) => new() { Name = name, Digest = digest.ToMessage() };

    private async Task<List<Protos.GetTreeResponse>> GetTreeAsync(Protos.GetTreeRequest request)
    {
        using AsyncServerStreamingCall<Protos.GetTreeResponse> call = fixture.Channel.AsyncServerStreamingCall(CasMethods.GetTree, request);
        List<Protos.GetTreeResponse> responses = [];
        await foreach (Protos.GetTreeResponse response in call.ResponseStream.ReadAllAsync())
        {
            responses.Add(response);
        }

        return responses;
    }
}
