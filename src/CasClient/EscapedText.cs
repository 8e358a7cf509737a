using System.Globalization;
using System.Text;

namespace VirtualRoot.CasClient;

/// <summary>Names and messages from outside, made fit for one line of a terminal or log.</summary>
public static class EscapedText
{
    // Enough to recognise a name; a message must stay one readable line whatever the server sent.
    private const int MaxBytes = 300;

    /// <summary>Printable ASCII as it is, a backslash doubled, anything else as <c>\xNN</c>; cut at 300 bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 2);
        foreach (byte value in bytes[..Math.Min(bytes.Length, MaxBytes)])
        {
            if (value == (byte)'\\')
            {
                text.Append(@"\\");
            }
            else if (value is >= 0x20 and < 0x7f)
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
            }
        }

        return bytes.Length > MaxBytes ? text.Append('…').ToString() : text.ToString();
    }

    /// <summary>The same for text, by its UTF-8 bytes.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));
}
