using System.Collections.Concurrent;
using System.Security.Cryptography;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.Tests.Outputs;

/// <summary>A sink in memory that checks every hash, and reads messages back by the field numbers of REAPI.</summary>
internal sealed class MemorySink : IBlobSink
{
    public ConcurrentDictionary<Digest, byte[]> Blobs { get; } = new();

    /// <summary>What the CAS has besides.</summary>
    public HashSet<Digest> Present { get; } = [];

    public ConcurrentBag<Digest> Asked { get; } = [];

    /// <summary>Runs before each store.</summary>
    public Action BeforeStore { get; set; } = () => { };

    public Task<IReadOnlyList<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken)
    {
        foreach (Digest digest in digests)
        {
            Asked.Add(digest);
        }

        return Task.FromResult<IReadOnlyList<Digest>>([.. digests.Where(digest => !Blobs.ContainsKey(digest) && !Present.Contains(digest))]);
    }

    public async Task StoreAsync(IReadOnlyList<BlobUpload> blobs, CancellationToken cancellationToken)
    {
        BeforeStore();
        foreach (BlobUpload blob in blobs)
        {
            using MemoryStream bytes = new();
            await using (Stream stream = blob.Open())
            {
                await stream.CopyToAsync(bytes, cancellationToken);
            }

            if (!SHA256.HashData(bytes.ToArray()).AsSpan().SequenceEqual(blob.Digest.Hash) || bytes.Length != blob.Digest.SizeBytes)
            {
                throw new CasException(CasErrorKind.Corrupt, $"blob {blob.Digest} has other bytes", blob.Digest);
            }

            Assert.True(Blobs.TryAdd(blob.Digest, bytes.ToArray()), $"{blob.Digest} was sent twice");
        }
    }

    /// <summary>The directories of a Tree, by their digests, in its order: the root first.</summary>
    public List<(Digest Digest, DirectoryListing Listing)> Tree(Digest tree)
    {
        List<(Digest, DirectoryListing)> directories = [];
        ReadOnlySpan<byte> message = Blobs[tree];
        for (int field = 1; !message.IsEmpty; field = 2)
        {
            Assert.Equal((field << 3) | 2, message[0]);
            int length = 0;
            int at = 1;
            for (int shift = 0; ; shift += 7)
            {
                byte part = message[at++];
                length |= (part & 0x7f) << shift;
                if (part < 0x80)
                {
                    break;
                }
            }

            ReadOnlySpan<byte> bytes = message.Slice(at, length);
            Digest digest = new(DigestFunction.Sha256, SHA256.HashData(bytes), length);
            directories.Add((digest, DirectoryListing.Decode(digest, bytes, DirectoryLimits.Default)));
            message = message[(at + length)..];
        }

        return directories;
    }

    public DirectoryListing Directory(Digest digest) => DirectoryListing.Decode(digest, Blobs[digest], DirectoryLimits.Default);
}
