using System.Diagnostics;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasServer.Tests.Storage;

/// <summary>The other processes: what they do to a store, and how a test starts them.</summary>
internal static class StoreProcess
{
    /// <summary>Blobs that all churning processes write and read.</summary>
    public const int SharedBlobs = 60;

    private const int Rounds = 400;

    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["exec", typeof(StoreProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    public static byte[] SharedBlob(int number) => ServerFixture.Bytes(number, 1 + (number * 700));

    /// <summary>Writes blobs, small and large, into a durable store, and prints a line for each, until somebody kills it.</summary>
    public static async Task<int> WriteUntilKilledAsync(string directory, int seed)
    {
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = directory, Durable = true });
        for (int i = 0; ; i++)
        {
            byte[] small = ServerFixture.Bytes((seed * 1_000_000) + i, 300);
            await store.PutAsync(ServerFixture.DigestOf(small), small);
            byte[] large = ServerFixture.Bytes((seed * 1_000_000) + i, 300_000);
            using BlobWriter writer = store.BeginWrite(ServerFixture.DigestOf(large));
            for (int offset = 0; offset < large.Length; offset += 10_000)
            {
                writer.Write(large.AsSpan(offset, 10_000));
            }

            await writer.CommitAsync();
            Console.WriteLine("wrote");
        }
    }

    /// <summary>Writes, opens, reads and lets go of the shared blobs under a bound that most of them exceed.</summary>
    /// <returns>0 if every lease gave the blob's own bytes.</returns>
    public static int Churn(string directory, int maxBytes, int seed)
    {
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = directory, MaxBytes = maxBytes, TouchGranularity = TimeSpan.Zero });
        Random random = new(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = SharedBlob(random.Next(SharedBlobs));
            Digest digest = ServerFixture.DigestOf(bytes);
            if (!store.TryOpen(digest, out BlobLease? lease))
            {
                using BlobWriter writer = store.BeginWrite(digest);
                writer.Write(bytes);
                lease = writer.CommitAndOpen();
            }

            using (lease)
            {
                store.Put(ServerFixture.DigestOf(SharedBlob(round % SharedBlobs)), SharedBlob(round % SharedBlobs));
                byte[] read = new byte[bytes.Length];
                if (RandomAccess.Read(lease.Handle, read, 0) != bytes.Length || !read.AsSpan().SequenceEqual(bytes))
                {
                    return 1;
                }
            }
        }

        Console.WriteLine($"{store.Statistics.Evictions} evictions");
        return store.Statistics.Damaged == 0 ? 0 : 3;
    }
}
