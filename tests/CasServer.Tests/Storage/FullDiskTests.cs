using System.Diagnostics;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasServer.Tests.Storage;

public sealed class FullDiskTests
{
    private const int BlobBytes = 100_000;

    [NeedsRootFact]
    public void Put_DiskFillsUp_EvictsAndGoesOn() => OnTinyDisk(store =>
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Put(store, seed);
        }

        Assert.True(store.Contains(ServerFixture.DigestOf(ServerFixture.Bytes(39, BlobBytes))));
        Assert.True(store.Statistics.Evictions >= 25, store.Statistics.ToString());
    });

    [NeedsRootFact]
    public void Put_DiskFullOfLeasedBlobs_FailsClearlyAndRecoversWhenTheyEnd() => OnTinyDisk(store =>
    {
        List<BlobLease> leases = [];
        CasException? exception = null;
        for (int seed = 0; exception is null; seed++)
        {
            Assert.True(seed < 20, "a disk of 1 MiB took 2 MB");
            exception = Record.Exception(() => leases.Add(Open(store, Put(store, seed)))) as CasException;
        }

        Assert.Equal(CasErrorKind.LimitExceeded, exception.Kind);
        Assert.Contains("ENOSPC", exception.Message, StringComparison.Ordinal);
        Assert.Contains("free space", exception.Message, StringComparison.Ordinal);
        Assert.Contains(exception.Digest.ToString()!, exception.Message, StringComparison.Ordinal);
        Assert.InRange(leases.Count, 5, 10);
        Assert.Equal(leases.Count, store.Scan().Blobs);
        leases.ForEach(lease => lease.Dispose());

        Assert.True(store.Verify(Put(store, 100)));
    });

    [NeedsRootFact]
    public void Write_BlobLargerThanTheDisk_FailsClearlyAndLeavesNothing() => OnTinyDisk(store =>
    {
        byte[] bytes = ServerFixture.Bytes(1, 3_000_000);
        using (BlobWriter writer = store.BeginWrite(ServerFixture.DigestOf(bytes)))
        {
            CasException exception = Assert.Throws<CasException>(() => writer.Write(bytes));
            Assert.Equal(CasErrorKind.LimitExceeded, exception.Kind);
        }

        Assert.True(store.Verify(Put(store, 2)));
    });

    private static Digest Put(BlobStore store, int seed)
    {
        byte[] bytes = ServerFixture.Bytes(seed, BlobBytes);
        Digest digest = ServerFixture.DigestOf(bytes);
        store.Put(digest, bytes);
        return digest;
    }

    private static BlobLease Open(BlobStore store, Digest digest)
    {
        Assert.True(store.TryOpen(digest, out BlobLease? lease));
        return lease;
    }

    private static void OnTinyDisk(Action<BlobStore> test)
    {
        string root = Path.Join(Path.GetTempPath(), "vroot-tiny-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(root);
        Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", root);
        try
        {
            using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = root, TouchGranularity = TimeSpan.Zero });
            test(store);
        }
        finally
        {
            Run("umount", "-l", root); // a process that is just being started may hold it still
            Directory.Delete(root);
        }
    }

    private static void Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
