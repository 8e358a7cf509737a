using System.CommandLine;
using VirtualRoot.Tree;

namespace VirtualRoot.Cli.Commands;

/// <summary>How a root behaves: the options that <c>run</c> and <c>mount</c> share.</summary>
internal sealed class RootOptionSet
{
    private readonly Option<string> _special = new("--special")
    {
        HelpName = "auto|off",
        Description = "Whether the root has /proc and /dev [default: auto]",
    };

    private readonly Option<string> _inputs = new("--inputs")
    {
        HelpName = "copy-on-write|read-only",
        Description = "What a write to an input does: change a private copy, or fail [default: copy-on-write]",
    };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_special);
        command.Options.Add(_inputs);
    }

    /// <summary>Whether the root has /proc and /dev.</summary>
    /// <exception cref="CliException">Neither auto nor off.</exception>
    public bool ReadSpecial(ParseResult parse) => parse.GetValue(_special) switch
    {
        null or "auto" => true,
        "off" => false,
        { } other => throw CliException.Usage($"--special: '{other}' is neither auto nor off"),
    };

    /// <summary>What a write to an input does.</summary>
    /// <exception cref="CliException">Neither of the two.</exception>
    public InputMode ReadInputs(ParseResult parse) => parse.GetValue(_inputs) switch
    {
        null or "copy-on-write" => InputMode.CopyOnWrite,
        "read-only" => InputMode.ReadOnly,
        { } other => throw CliException.Usage($"--inputs: '{other}' is neither copy-on-write nor read-only"),
    };
}
