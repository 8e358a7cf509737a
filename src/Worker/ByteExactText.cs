using System.Text;

namespace VirtualRoot.Worker;

/// <summary>
/// Strings of the kernel (arguments, environment, paths) as .NET strings, without loss. They are UTF-8 by
/// custom only: a byte 0x80 to 0xFF that is not part of valid UTF-8 stands as the lone surrogate U+DC80 to
/// U+DCFF (as in Python, PEP 383), which no valid UTF-8 decodes to.
/// </summary>
public static class ByteExactText
{
    private const int FirstByteSurrogate = 0xDC00;

    /// <summary>The string that stands for these bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <returns>A string that <see cref="Encode"/> turns into exactly these bytes.</returns>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> characters = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(characters[..rune.EncodeToUtf16(characters)]);
                bytes = bytes[used..];
            }
            else
            {
                text.Append((char)(FirstByteSurrogate + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }

    /// <summary>The bytes that a string stands for.</summary>
    /// <param name="text">Any string.</param>
    /// <returns>UTF-8, with single bytes for U+DC80 to U+DCFF; another lone surrogate becomes U+FFFD.</returns>
    public static byte[] Encode(string text)
    {
        var bytes = new List<byte>(text.Length);
        ReadOnlySpan<char> rest = text;
        Span<byte> encoded = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            if (rest[0] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.Add((byte)(rest[0] - FirstByteSurrogate));
                rest = rest[1..];
                continue;
            }

            _ = Rune.DecodeFromUtf16(rest, out Rune rune, out int used);
            bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            rest = rest[used..];
        }

        return [.. bytes];
    }
}
