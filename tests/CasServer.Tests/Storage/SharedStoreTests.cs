using System.Diagnostics;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasServer.Tests.Storage;

public sealed class SharedStoreTests : IDisposable
{
    private readonly string _root = Path.Join(Path.GetTempPath(), "vroot-shared-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Store_ThreeProcessesEvictingUnderEachOther_EveryLeaseIsGood()
    {
        const int Bound = 400_000;
        Process[] processes = [.. Enumerable.Range(1, 3).Select(seed => StoreProcess.Start("churn", _root, $"{Bound}", $"{seed}"))];
        foreach (Process process in processes)
        {
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            Assert.DoesNotContain("0 evictions", output.Split('\n'));
            process.Dispose();
        }

        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = _root, MaxBytes = Bound });
        BlobStoreStatistics statistics = store.Scan();
        Assert.InRange(statistics.Blobs, 1, StoreProcess.SharedBlobs);
        Assert.Equal(0, statistics.Damaged);
        Assert.Empty(Staged());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Store_WriterKilledInTheMiddle_OpensCleanAndEveryBlobIsWhole(int seed)
    {
        using (Process writer = StoreProcess.Start("write-until-killed", _root, $"{seed}"))
        {
            for (int line = 0; line < 10 * seed; line++)
            {
                Assert.Equal("wrote", await writer.StandardOutput.ReadLineAsync());
            }

            writer.Kill();
            await writer.WaitForExitAsync();
        }

        Assert.NotEmpty(Directory.GetDirectories(Path.Join(_root, "staging")));
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = _root });
        Digest[] digests = [.. Directory.GetFiles(Path.Join(_root, "sha256"), "*", SearchOption.AllDirectories).Select(Parse)];

        Assert.True(digests.Length >= 20 * seed, $"{digests.Length} blobs");
        Assert.All(digests, digest => Assert.True(store.Verify(digest), digest.ToString()));
        Assert.Equal(digests.Length, store.Scan().Blobs);
        Assert.Empty(Staged());
        Assert.Single(Directory.GetDirectories(Path.Join(_root, "staging")));
    }

    private static Digest Parse(string path)
    {
        Assert.True(Digest.TryParse(Path.GetFileName(path), out Digest digest), path);
        return digest;
    }

    private string[] Staged() => Directory.GetFiles(Path.Join(_root, "staging"), "*", SearchOption.AllDirectories);
}
