using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VirtualRoot.CasClient;

/// <summary>Computes digests, of bytes that come in pieces or at once, with the framework's hardware-backed hashes.</summary>
[SuppressMessage("Security", "CA5350", Justification = "REAPI's digest function names what the peer hashes with.")]
[SuppressMessage("Security", "CA5351", Justification = "REAPI's digest function names what the peer hashes with.")]
public sealed class DigestHasher : IDisposable
{
    private readonly DigestFunction _function;
    private readonly IncrementalHash _hash;

    /// <summary>A hasher with nothing in it.</summary>
    /// <exception cref="CasException">Unsupported: the framework has no such function.</exception>
    public DigestHasher(DigestFunction function)
    {
        _function = function;
        _hash = IncrementalHash.CreateHash(NameOf(function));
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The digest of <paramref name="contents"/>.</summary>
    /// <exception cref="CasException">Unsupported: the framework has no such function.</exception>
    public static Digest Compute(DigestFunction function, ReadOnlySpan<byte> contents)
    {
        Span<byte> hash = stackalloc byte[Digest.MaxHashBytes];
        int length = CryptographicOperations.HashData(NameOf(function), contents, hash);
        return new Digest(function, hash[..length], contents.Length);
    }

    /// <summary>Whether a digest of <paramref name="function"/> can be computed here.</summary>
    public static bool IsSupported(DigestFunction function) => Digest.HashLength(function) != 0;

    /// <summary>The next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>The digest of the bytes so far. Starts anew.</summary>
    public Digest Finish()
    {
        Span<byte> hash = stackalloc byte[Digest.MaxHashBytes];
        int length = _hash.GetHashAndReset(hash);
        var digest = new Digest(_function, hash[..length], Length);
        Length = 0;
        return digest;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static HashAlgorithmName NameOf(DigestFunction function) => function switch
    {
        DigestFunction.Sha256 => HashAlgorithmName.SHA256,
        DigestFunction.Sha1 => HashAlgorithmName.SHA1,
        DigestFunction.Md5 => HashAlgorithmName.MD5,
        DigestFunction.Sha384 => HashAlgorithmName.SHA384,
        DigestFunction.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new CasException(
            CasErrorKind.Unsupported,
            $"digest function {function} is not supported: use SHA256, SHA1, MD5, SHA384 or SHA512, as the server announces"),
    };
}
