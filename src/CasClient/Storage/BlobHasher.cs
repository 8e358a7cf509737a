using System.Security.Cryptography;

namespace VirtualRoot.CasClient.Storage;

/// <summary>Compares bytes that come in pieces with the digest that they should have.</summary>
internal sealed class BlobHasher(Digest digest) : IDisposable
{
    private readonly IncrementalHash _hash = BlobHash.Create(digest.Function);

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Whether the bytes so far are the blob, whole. Starts anew.</summary>
    public bool IsMatch()
    {
        Span<byte> hash = stackalloc byte[Digest.MaxHashBytes];
        int length = _hash.GetHashAndReset(hash);
        bool matches = Length == digest.SizeBytes && hash[..length].SequenceEqual(digest.Hash);
        Length = 0;
        return matches;
    }

    /// <summary>Forgets the bytes so far.</summary>
    public void Reset()
    {
        Span<byte> hash = stackalloc byte[Digest.MaxHashBytes];
        _hash.GetHashAndReset(hash);
        Length = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
