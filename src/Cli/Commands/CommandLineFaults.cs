using System.CommandLine;
using System.CommandLine.Parsing;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Commands;

/// <summary>What is wrong with a command line.</summary>
internal static class CommandLineFaults
{
    /// <summary>All of it in one line, and where to read on; null if nothing is.</summary>
    public static string? Describe(ParseResult parse)
    {
        IEnumerable<string> unknown = UnknownOptions(parse).Select(option => $"Unknown option '{PrintableText.Of(option)}'.");
        List<string> faults = [.. unknown];
        if (faults.Count == 0)
        {
            // What an unknown option does to the rest of the line would only confuse.
            faults.AddRange(parse.Errors.Select(error => error.Message.ReplaceLineEndings(" ").Trim()).Distinct());
        }

        return faults.Count == 0 ? null : $"{string.Join(" ", faults)} See '{NameOf(parse.CommandResult.Command)} --help'.";
    }

    // The parser takes a word that is no option of ours for an argument, dashes or not.
    private static IEnumerable<string> UnknownOptions(ParseResult parse)
    {
        List<Token> options = [.. parse.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)];
        return parse.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Where(token => token.Value is ['-', _, ..] && options.Exists(option => ReferenceEquals(option, token)))
            .Select(token => token.Value)
            .Concat(parse.UnmatchedTokens.Where(token => token.StartsWith('-')));
    }

    private static string NameOf(Command command) =>
        command is RootCommand ? "vroot" : $"{NameOf(command.Parents.OfType<Command>().First())} {command.Name}";
}
