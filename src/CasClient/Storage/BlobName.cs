using System.Buffers.Text;
using System.Globalization;

namespace VirtualRoot.CasClient.Storage;

/// <summary>A blob's name in its function's directory: <c>ab/abcd…-123</c>, the first byte, the hash, the size.</summary>
internal static class BlobName
{
    /// <summary>Bytes that any name needs, with its NUL.</summary>
    public const int MaxBytes = 3 + (2 * Digest.MaxHashBytes) + 1 + 20 + 1;

    /// <summary>Writes the name, ended by NUL, and returns it with its NUL.</summary>
    public static ReadOnlySpan<byte> Format(in Digest digest, Span<byte> buffer)
    {
        ReadOnlySpan<byte> hash = digest.Hash;
        if (hash.IsEmpty)
        {
            throw new CasException(CasErrorKind.Unsupported, $"digest function {digest.Function} is not supported: use SHA-256");
        }

        Convert.TryToHexStringLower(hash[..1], buffer, out int length);
        buffer[length++] = (byte)'/';
        Convert.TryToHexStringLower(hash, buffer[length..], out int written);
        length += written;
        buffer[length++] = (byte)'-';
        Utf8Formatter.TryFormat(digest.SizeBytes, buffer[length..], out written);
        length += written;
        buffer[length++] = 0;
        return buffer[..length];
    }

    /// <summary>A function's directory below the store's.</summary>
    public static string DirectoryOf(DigestFunction function) => function.ToString().ToLower(CultureInfo.InvariantCulture);
}
