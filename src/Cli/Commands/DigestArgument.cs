using System.CommandLine;
using VirtualRoot.CasClient;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Commands;

/// <summary>The digest of an input root on the command line.</summary>
internal static class DigestArgument
{
    /// <summary>A new argument.</summary>
    public static Argument<string> Create() => new("DIGEST") { Description = "The input root's digest: HASH/SIZE, as vroot push prints it" };

    /// <summary>Its value.</summary>
    /// <exception cref="CliException">It is no digest.</exception>
    public static Digest Read(ParseResult parse, Argument<string> argument)
    {
        string text = parse.GetRequiredValue(argument);
        return Digest.TryParse(text, out Digest digest)
            ? digest
            : throw CliException.Usage($"'{PrintableText.Of(text)}' is no digest: write HASH/SIZE in lower-case hexadecimal, as vroot push prints it");
    }
}
