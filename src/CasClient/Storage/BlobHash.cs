using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VirtualRoot.CasClient.Storage;

/// <summary>Digest functions as the framework computes them.</summary>
[SuppressMessage("Security", "CA5350", Justification = "REAPI's digest function names what the peer hashes with.")]
[SuppressMessage("Security", "CA5351", Justification = "REAPI's digest function names what the peer hashes with.")]
internal static class BlobHash
{
    /// <summary>An incremental hash; the caller disposes it.</summary>
    public static IncrementalHash Create(DigestFunction function) => IncrementalHash.CreateHash(NameOf(function));

    /// <summary>Whether <paramref name="contents"/> hash to <paramref name="digest"/>; its size is not looked at.</summary>
    public static bool Matches(in Digest digest, ReadOnlySpan<byte> contents)
    {
        Span<byte> hash = stackalloc byte[Digest.MaxHashBytes];
        int length = CryptographicOperations.HashData(NameOf(digest.Function), contents, hash);
        return hash[..length].SequenceEqual(digest.Hash);
    }

    private static HashAlgorithmName NameOf(DigestFunction function) => function switch
    {
        DigestFunction.Sha256 => HashAlgorithmName.SHA256,
        DigestFunction.Sha1 => HashAlgorithmName.SHA1,
        DigestFunction.Md5 => HashAlgorithmName.MD5,
        DigestFunction.Sha384 => HashAlgorithmName.SHA384,
        DigestFunction.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new CasException(CasErrorKind.Unsupported, $"digest function {function} is not supported: use SHA-256"),
    };
}
