using System.Globalization;
using System.Text;

namespace VirtualRoot.Grpc.Wire;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8, in which all but printable ASCII, and <c>%</c> itself, is <c>%XX</c>.</summary>
internal static class PercentEncoding
{
    public static string Encode(string message)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(message);
        if (Array.TrueForAll(bytes, IsPlain))
        {
            return message;
        }

        var encoded = new StringBuilder(bytes.Length + 16);
        foreach (byte value in bytes)
        {
            if (IsPlain(value))
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>Decodes; what is no valid escape stays as it is, since a message must never be lost to its encoding.</summary>
    public static string Decode(string value)
    {
        if (!value.Contains('%', StringComparison.Ordinal))
        {
            return value;
        }

        byte[] raw = Encoding.Latin1.GetBytes(value);
        var bytes = new byte[raw.Length];
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%' && i + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[i + 1]) && char.IsAsciiHexDigit((char)raw[i + 2]))
            {
                bytes[length++] = Convert.FromHexString(value.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                bytes[length++] = raw[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool IsPlain(byte value) => value is >= 0x20 and <= 0x7e and not (byte)'%';
}
