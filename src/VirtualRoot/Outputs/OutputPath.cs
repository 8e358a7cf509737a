using System.Text;
using VirtualRoot.CasClient;

namespace VirtualRoot.Outputs;

/// <summary>A wanted path: as it was written, and as names from the root.</summary>
internal sealed class OutputPath
{
    // The kernel's NAME_MAX and PATH_MAX: nothing longer can be there.
    private const int MaxNameBytes = 255;
    private const int MaxPathBytes = 4095;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private OutputPath(string text, byte[][] names)
    {
        Text = text;
        Names = names;
    }

    /// <summary>As it was asked for, and as the result names it.</summary>
    public string Text { get; }

    /// <summary>The names from the root; none for the root itself.</summary>
    public byte[][] Names { get; }

    /// <summary>The path for messages.</summary>
    public string Shown => Text.Length == 0 ? "the working directory" : $"output '{EscapedText.Of(Text)}'";

    /// <summary>Resolves <paramref name="text"/> by the letter; nothing is looked up.</summary>
    /// <exception cref="OutputException">InvalidPath.</exception>
    public static OutputPath Resolve(string workingDirectory, string text)
    {
        List<byte[]> names = [];
        Append(workingDirectory.Trim('/'), names, "working directory", workingDirectory);
        Append(text, names, "output path", text);
        return names.Sum(name => name.Length + 1) <= MaxPathBytes
            ? new OutputPath(text, [.. names])
            : throw Refused("output path", text, $"is longer than {MaxPathBytes} bytes from the root");
    }

    private static void Append(string path, List<byte[]> names, string what, string text)
    {
        if (path.Length == 0)
        {
            return;
        }

        if (path.StartsWith('/'))
        {
            throw Refused(what, text, "is absolute: write it relative to the working directory");
        }

        foreach (string part in path.Split('/'))
        {
            if (part == "..")
            {
                if (names.Count == 0)
                {
                    throw Refused(what, text, "leads out of the root");
                }

                names.RemoveAt(names.Count - 1);
            }
            else if (part != ".")
            {
                names.Add(Encode(part, what, text));
            }
        }
    }

    private static byte[] Encode(string part, string what, string text)
    {
        try
        {
            byte[] name = s_strict.GetBytes(part);
            return name.Length switch
            {
                0 => throw Refused(what, text, "has an empty part: write one slash between names, and none at the end"),
                > MaxNameBytes => throw Refused(what, text, $"has a name of more than {MaxNameBytes} bytes"),
                _ when name.Contains((byte)0) => throw Refused(what, text, "contains a NUL"),
                _ => name,
            };
        }
        catch (EncoderFallbackException)
        {
            throw Refused(what, text, "is not Unicode text");
        }
    }

    private static OutputException Refused(string what, string text, string why) =>
        new(OutputErrorKind.InvalidPath, $"{what} '{EscapedText.Of(text)}' {why}");
}
