using System.Buffers;
using System.Buffers.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Machine;

/// <summary>/proc/meminfo as the root shows it, for files that tell the same memory in another form.</summary>
internal sealed class MeminfoText
{
    private static readonly MeminfoContent s_content = new();
    private readonly ArrayBufferWriter<byte> _text = new();

    private MeminfoText()
    {
    }

    /// <summary>The text now.</summary>
    public static Errno Read(SpecialContext context, out MeminfoText text)
    {
        text = new MeminfoText();
        return s_content.Generate(context, text._text);
    }

    /// <summary>The kilobytes behind <paramref name="name"/>, which ends in a colon; null where the file has no such line.</summary>
    public long? Kilobytes(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> text = _text.WrittenSpan;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith(name) && Utf8Parser.TryParse(line[name.Length..].TrimStart((byte)' '), out long value, out _))
            {
                return value;
            }
        }

        return null;
    }
}
