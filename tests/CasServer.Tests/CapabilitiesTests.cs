using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests;

public sealed class CapabilitiesTests
{
    [Fact]
    public async Task GetCapabilities_Default_SaysWhatClientsAskFor()
    {
        ServerFixture fixture = new();
        await fixture.InitializeAsync();
        Protos.ServerCapabilities capabilities = await fixture.CallAsync(CasMethods.GetCapabilities, new() { InstanceName = "any/thing" });
        await fixture.DisposeAsync();

        Assert.Equal((2, 0), (capabilities.LowApiVersion.Major, capabilities.LowApiVersion.Minor));
        Assert.Equal((2, 3), (capabilities.HighApiVersion.Major, capabilities.HighApiVersion.Minor));
        Protos.CacheCapabilities cache = capabilities.CacheCapabilities;
        Assert.Equal(5, cache.DigestFunctions.Count);
        Assert.Equal(Protos.DigestFunction.Types.Value.Sha256, cache.DigestFunctions[0]);
        Assert.Equal(4 << 20, cache.MaxBatchTotalSizeBytes);
        Assert.Equal([Protos.Compressor.Types.Value.Zstd], cache.SupportedCompressors);
        Assert.Equal([Protos.Compressor.Types.Value.Zstd], cache.SupportedBatchUpdateCompressors);
        Assert.True(cache.ActionCacheUpdateCapabilities.UpdateEnabled);
        Assert.False(cache.SplitBlobSupport);
        Assert.Equal(Protos.SymlinkAbsolutePathStrategy.Types.Value.Allowed, cache.SymlinkAbsolutePathStrategy);
        Assert.Null(capabilities.ExecutionCapabilities);
    }

    [Fact]
    public async Task InstanceName_Configured_OthersAreRefusedByEveryCall()
    {
        ServerFixture fixture = new(static options => options with { InstanceName = "mine" });
        await fixture.InitializeAsync();
        string zero = new('0', 64);
        Protos.Digest digest = new() { Hash = zero, SizeBytes = 1 };
        Func<Task>[] calls =
        [
            () => fixture.CallAsync(CasMethods.GetCapabilities, new() { InstanceName = "other" }),
            () => fixture.CallAsync(CasMethods.FindMissingBlobs, new()),
            () => fixture.CallAsync(CasMethods.BatchReadBlobs, new()),
            () => fixture.CallAsync(CasMethods.BatchUpdateBlobs, new()),
            () => fixture.CallAsync(CasMethods.GetActionResult, new() { ActionDigest = digest }),
            () => fixture.CallAsync(CasMethods.UpdateActionResult, new() { ActionDigest = digest, ActionResult = new() }),
            () => fixture.CallAsync(CasMethods.QueryWriteStatus, new() { ResourceName = $"other/uploads/1/blobs/{zero}/1" }),
            () => fixture.ReadAsync($"blobs/{zero}/1"),
            () => fixture.WriteAsync($"other/uploads/1/blobs/{zero}/1", [1]),
            () => fixture.Channel.AsyncServerStreamingCall(CasMethods.GetTree, new() { RootDigest = digest }).ResponseStream.MoveNext(default),
        ];
        foreach (Func<Task> call in calls)
        {
            RpcException exception = await ServerFixture.FailsAsync(StatusCode.InvalidArgument, call);
            Assert.Contains("'mine'", exception.Message, StringComparison.Ordinal);
        }

        Assert.NotNull(await fixture.CallAsync(CasMethods.GetCapabilities, new() { InstanceName = "mine" }));
        await fixture.DisposeAsync();
    }

    [Fact]
    public async Task StartAsync_UnixSocket_ServesAndCleansUp()
    {
        string socket = Path.Join(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".sock");
        ServerFixture fixture = new(options => options with { Addresses = ["unix:" + socket] });
        await fixture.InitializeAsync();
        CasClient.Digest digest = fixture.Put([1, 2, 3]);

        Assert.Equal([1, 2, 3], await fixture.ReadAsync($"blobs/{digest}"));
        await fixture.DisposeAsync();
        Assert.False(File.Exists(socket));
    }

    [Fact]
    public async Task StartAsync_WrongOptions_NamesEveryFault()
    {
        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => CasServerHost.StartAsync(new CasServerOptions
        {
            Addresses = [],
            Storage = new BlobStoreOptions { Directory = "/nowhere" },
            MaxActionResults = 0,
            MaxBlobBytes = 0,
            UploadIdleTimeout = TimeSpan.Zero,
        }));

        Assert.Equal(4, exception.Message.Split('\n').Length);
    }

    [Fact]
    public async Task StartAsync_AddressInUse_FailsAndClosesTheStore()
    {
        ServerFixture fixture = new();
        await fixture.InitializeAsync();
        string root = fixture.Root + "-second";
        await Assert.ThrowsAnyAsync<IOException>(() => CasServerHost.StartAsync(new CasServerOptions
        {
            Addresses = [fixture.Host.Address],
            Storage = new BlobStoreOptions { Directory = root },
        }));

        Assert.Empty(Directory.GetDirectories(Path.Join(root, "staging")));
        Directory.Delete(root, recursive: true);
        await fixture.DisposeAsync();
    }
}
