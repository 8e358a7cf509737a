using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VirtualRoot.CasClient;

/// <summary>
/// A blob's identity: hash function, hash and size in bytes (REAPI <c>Digest</c>, with the function that REAPI
/// keeps beside it). A value: no allocation, ordinary equality.
/// </summary>
public readonly struct Digest : IEquatable<Digest>
{
    /// <summary>The longest hash of any <see cref="DigestFunction"/>, in bytes.</summary>
    public const int MaxHashBytes = 64;

    private readonly HashBytes _hash;
    private readonly long _sizeBytes;
    private readonly byte _function;

    /// <summary>A digest from its parts; <paramref name="hash"/> must have the function's length.</summary>
    /// <exception cref="ArgumentException">The hash's length is not the function's, or the size is negative.</exception>
    public Digest(DigestFunction function, ReadOnlySpan<byte> hash, long sizeBytes)
    {
        if (hash.Length != HashLength(function))
        {
            throw new ArgumentException($"a {function} hash has {HashLength(function)} bytes, not {hash.Length}", nameof(hash));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(sizeBytes);
        Span<byte> bytes = _hash;
        hash.CopyTo(bytes);
        _sizeBytes = sizeBytes;
        _function = (byte)function;
    }

    /// <summary>The hash function.</summary>
    public DigestFunction Function => (DigestFunction)_function;

    /// <summary>The blob's size in bytes.</summary>
    public long SizeBytes => _sizeBytes;

    /// <summary>The hash: 16 to 64 bytes, by the function; empty for <c>default</c>.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Hash =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<HashBytes, byte>(ref Unsafe.AsRef(in _hash)), HashLength(Function));

    /// <summary>The hash in lower-case hexadecimal, as REAPI and ByteStream resource names write it.</summary>
    public string HashHex => Convert.ToHexStringLower(Hash);

    /// <summary>Bytes in a hash of <paramref name="function"/>; 0 for <see cref="DigestFunction.Unknown"/>.</summary>
    public static int HashLength(DigestFunction function) => function switch
    {
        DigestFunction.Sha256 => 32,
        DigestFunction.Sha1 => 20,
        DigestFunction.Md5 => 16,
        DigestFunction.Sha384 => 48,
        DigestFunction.Sha512 => 64,
        _ => 0,
    };

    /// <summary>The function whose hashes have <paramref name="hashBytes"/> bytes, or Unknown.</summary>
    public static DigestFunction FunctionOf(int hashBytes) => hashBytes switch
    {
        32 => DigestFunction.Sha256,
        20 => DigestFunction.Sha1,
        16 => DigestFunction.Md5,
        48 => DigestFunction.Sha384,
        64 => DigestFunction.Sha512,
        _ => DigestFunction.Unknown,
    };

    /// <summary>Builds a digest from REAPI's fields: a hexadecimal hash and a size. The function follows from the length.</summary>
    /// <returns>False if the hash is not lower-case hexadecimal of a known length, or the size is negative.</returns>
    public static bool TryCreate(ReadOnlySpan<char> hashHex, long sizeBytes, out Digest digest)
    {
        digest = default;
        Span<byte> hash = stackalloc byte[MaxHashBytes];
        DigestFunction function = FunctionOf(hashHex.Length / 2);
        if (function == DigestFunction.Unknown
            || (hashHex.Length & 1) != 0
            || sizeBytes < 0
            || hashHex.ContainsAnyInRange('A', 'F')
            || Convert.FromHexString(hashHex, hash, out _, out int written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        digest = new Digest(function, hash[..written], sizeBytes);
        return true;
    }

    /// <summary>Parses <c>hash/size</c> (also <c>hash-size</c>), the form that every command prints and takes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = default;
        int separator = text.LastIndexOfAny('/', '-');
        return separator > 0
            && long.TryParse(text[(separator + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            && TryCreate(text[..separator], size, out digest);
    }

    /// <inheritdoc/>
    public bool Equals(Digest other) =>
        _sizeBytes == other._sizeBytes && _function == other._function && Hash.SequenceEqual(other.Hash);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <summary>The hash's own first bytes: a cryptographic hash needs no further mixing.</summary>
    public override int GetHashCode() => Unsafe.ReadUnaligned<int>(ref Unsafe.As<HashBytes, byte>(ref Unsafe.AsRef(in _hash)));

    /// <summary><c>hash/size</c>, as <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{HashHex}/{SizeBytes}");

    /// <summary>Equality of function, hash and size.</summary>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    [InlineArray(MaxHashBytes)]
    private struct HashBytes
    {
        private byte _first;
    }
}
