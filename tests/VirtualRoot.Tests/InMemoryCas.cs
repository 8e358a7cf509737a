using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;

namespace VirtualRoot.Tests;

/// <summary>
/// A CAS in memory whose directories are encoded here by hand, from the field numbers of REAPI. Nothing is at hand until
/// it was asked for once with GetAsync or OpenAsync, as with a cold cache; <see cref="Hold"/> lets a test stall it.
/// </summary>
internal sealed class InMemoryCas : IDirectorySource, IBlobCache
{
    private readonly Dictionary<Digest, byte[]> _blobs = [];
    private readonly HashSet<Digest> _fetched = [];
    private readonly Dictionary<Digest, DirectoryListing> _decoded = [];
    private readonly Lock _lock = new();
    private int _held;
    private int _leases;

    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Fetches that have come to <see cref="Hold"/>.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Leases of blobs that were given and not given back.</summary>
    public int Leases => Volatile.Read(ref _leases);

    /// <summary>Blobs whose fetch meets a bug.</summary>
    public HashSet<Digest> Bugs { get; } = [];

    public List<Digest> BlobFetches { get; } = [];

    public List<Digest> DirectoryFetches { get; } = [];

    public Digest Add(byte[] blob)
    {
        Digest digest = new(DigestFunction.Sha256, SHA256.HashData(blob), blob.Length);
        _blobs[digest] = blob;
        return digest;
    }

    /// <summary>Adds a Directory: names ending in '/' are directories by digest, strings starting with '@' symlinks.</summary>
    public Digest AddDirectory(params (string Name, object Value)[] entries)
    {
        List<byte> message = [];
        foreach ((string name, object value) in entries.OrderBy(entry => FieldOf(entry.Value)).ThenBy(entry => entry.Name, StringComparer.Ordinal))
        {
            switch (value)
            {
                case Digest directory:
                    message.AddRange(Field(2, [.. Text(1, name), .. Field(2, Encode(directory))]));
                    break;
                case string link when link.StartsWith('@'):
                    message.AddRange(Field(3, [.. Text(1, name), .. Text(2, link[1..])]));
                    break;
                case string text:
                    bool executable = text.StartsWith("#!", StringComparison.Ordinal);
                    byte[] node = [.. Text(1, name), .. Field(2, Encode(Add(Encoding.UTF8.GetBytes(text)))), .. executable ? new byte[] { 0x20, 1 } : []];
                    message.AddRange(Field(1, node));
                    break;
                default:
                    throw new ArgumentException($"what is {value}?", nameof(entries));
            }
        }

        return Add([.. message]);
    }

    // files=1, directories=2, symlinks=3.
    private static int FieldOf(object value) => value is Digest ? 2 : value is string link && link.StartsWith('@') ? 3 : 1;

    public void Forget(Digest digest) => _blobs.Remove(digest);

    public bool TryGet(in Digest digest, [NotNullWhen(true)] out DirectoryListing? listing)
    {
        lock (_lock)
        {
            return _decoded.TryGetValue(digest, out listing);
        }
    }

    public async ValueTask<DirectoryListing> GetAsync(Digest digest, CancellationToken cancellationToken)
    {
        byte[] message = await TakeAsync(digest, DirectoryFetches, cancellationToken);
        lock (_lock)
        {
            return _decoded[digest] = DirectoryListing.Decode(digest, message, DirectoryLimits.Default);
        }
    }

    public void Prefetch(Digest root)
    {
    }

    public bool TryOpen(in Digest digest, [NotNullWhen(true)] out BlobLease? lease)
    {
        lock (_lock)
        {
            lease = _fetched.Contains(digest) ? Open(_blobs[digest]) : null;
            return lease is not null;
        }
    }

    public bool Contains(in Digest digest)
    {
        lock (_lock)
        {
            return _fetched.Contains(digest);
        }
    }

    public bool TryRead(in Digest digest, Span<byte> bytes)
    {
        lock (_lock)
        {
            return _fetched.Contains(digest) && _blobs[digest].AsSpan().TryCopyTo(bytes);
        }
    }

    public async ValueTask<BlobLease> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        byte[] blob = await TakeAsync(digest, BlobFetches, cancellationToken);
        lock (_lock)
        {
            _fetched.Add(digest);
        }

        return Open(blob);
    }

    public async ValueTask<bool> BringAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (Contains(digest))
        {
            return false;
        }

        (await OpenAsync(digest, cancellationToken)).Dispose();
        return true;
    }

    private async Task<byte[]> TakeAsync(Digest digest, List<Digest> record, CancellationToken cancellationToken)
    {
        if (Hold is { } hold)
        {
            Interlocked.Increment(ref _held);
            await hold.Task.WaitAsync(cancellationToken);
        }

        lock (_lock)
        {
            record.Add(digest);
            if (Bugs.Contains(digest))
            {
                throw new InvalidOperationException("a bug");
            }

            return _blobs.TryGetValue(digest, out byte[]? blob)
                ? blob
                : throw new CasException(CasErrorKind.Missing, $"blob {digest} is not in the CAS; upload it again", digest);
        }
    }

    private BlobLease Open(byte[] blob)
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, blob);
        Interlocked.Increment(ref _leases);
        BlobLease lease = new(File.OpenHandle(path), blob.Length, () => Interlocked.Decrement(ref _leases));
        File.Delete(path);
        return lease;
    }

    private static byte[] Encode(Digest digest) => [.. Text(1, digest.HashHex), .. digest.SizeBytes == 0 ? [] : (byte[])[0x10, .. Varint((ulong)digest.SizeBytes)]];

    private static byte[] Text(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int field, byte[] value) => [(byte)((field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
