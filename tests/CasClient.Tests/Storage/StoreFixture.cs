using System.Security.Cryptography;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Tests.Storage;

/// <summary>A store in a directory of its own, and blobs to put in it.</summary>
internal sealed class StoreFixture : IDisposable
{
    public StoreFixture(Func<BlobStoreOptions, BlobStoreOptions>? configure = null)
    {
        Options = new BlobStoreOptions { Directory = Root, TouchGranularity = TimeSpan.Zero };
        Options = configure?.Invoke(Options) ?? Options;
        Store = BlobStore.Open(Options);
    }

    public string Root { get; } = Path.Join(Path.GetTempPath(), "vroot-store-" + Guid.NewGuid().ToString("N"));

    public BlobStoreOptions Options { get; }

    public BlobStore Store { get; }

    public static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Digest DigestOf(ReadOnlySpan<byte> bytes) =>
        new(DigestFunction.Sha256, SHA256.HashData(bytes), bytes.Length);

    public Digest Put(int seed, int length)
    {
        byte[] bytes = Bytes(seed, length);
        Digest digest = DigestOf(bytes);
        Store.Put(digest, bytes);
        return digest;
    }

    public static byte[] Read(BlobLease lease)
    {
        byte[] bytes = new byte[lease.SizeBytes];
        Assert.Equal(bytes.Length, RandomAccess.Read(lease.Handle, bytes, 0));
        return bytes;
    }

    public string FileOf(Digest digest) =>
        Path.Join(Root, "sha256", digest.HashHex[..2], $"{digest.HashHex}-{digest.SizeBytes}");

    public string[] Staged() => Directory.Exists(Path.Join(Root, "staging"))
        ? Directory.GetFiles(Path.Join(Root, "staging"), "*", SearchOption.AllDirectories)
        : [];

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
