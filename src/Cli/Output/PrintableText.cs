using System.Globalization;
using System.Text;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Output;

/// <summary>Names from a CAS, fit for a terminal: a name may be any bytes, escape sequences too.</summary>
internal static class PrintableText
{
    /// <summary>Printable characters as they are, a backslash doubled, control characters and bytes that are no UTF-8 as <c>\xNN</c>.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (valid && rune.Value == '\\')
            {
                text.Append(@"\\");
            }
            else if (valid && IsPrintable(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte value in bytes[..used])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>The same for text, also <see cref="ByteExactText"/>.</summary>
    public static string Of(string text) => Of(ByteExactText.Encode(text));

    // Format: bidirectional overrides, which show a name as another one.
    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
