using System.CommandLine;

namespace VirtualRoot.Cli.Settings;

/// <summary>
/// The options of one command that the environment and the configuration file can give, too: <c>--slots</c> of <c>serve</c> is
/// <c>VROOT_SERVE_SLOTS</c>, and <c>slots</c> in the file's object <c>serve</c>. Without a section, the options alone.
/// </summary>
/// <param name="parse">What was written on the command line.</param>
/// <param name="sources">The environment and the file; null: neither counts.</param>
/// <param name="section">The file's object.</param>
internal sealed class CommandSettings(ParseResult parse, SettingSources? sources = null, string? section = null)
{
    // Addresses and paths have none, and a line of a unit file can hold them all.
    private const char Separator = ',';

    /// <summary>An option of one value from its strongest source; null: nobody gave it.</summary>
    /// <exception cref="CliException">The file gives it several values.</exception>
    public SettingValue? Find(Option<string> option)
    {
        if (parse.GetResult(option) is not null && parse.GetValue(option) is { } text)
        {
            return new SettingValue(text, option.Name);
        }

        return FindVariable(option) ?? Single(FindInFile(option));
    }

    /// <summary>An option of any number of values: all those of its strongest source.</summary>
    public IReadOnlyList<SettingValue> FindAll(Option<string[]> option)
    {
        if (parse.GetResult(option) is not null && parse.GetValue(option) is { Length: > 0 } texts)
        {
            return [.. texts.Select(text => new SettingValue(text, option.Name))];
        }

        return FindVariable(option) is { } variable
            ? [.. variable.Text.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text => variable with { Text = text })]
            : FindInFile(option) ?? [];
    }

    /// <summary>An option that is given or not: elsewhere true or false.</summary>
    /// <exception cref="CliException">Neither of them.</exception>
    public bool IsSet(Option<bool> option)
    {
        if (parse.GetResult(option) is { Implicit: false }) // one that is not given is there, too
        {
            return parse.GetValue(option);
        }

        return (FindVariable(option) ?? Single(FindInFile(option))) switch
        {
            null or { Text: "false" } => false,
            { Text: "true" } => true,
            { } other => throw CliException.Usage($"{other.Origin}: '{other.Text}' is neither true nor false"),
        };
    }

    private static SettingValue? Single(IReadOnlyList<SettingValue>? values) => values switch
    {
        null or [] => null,
        [var value] => value,
        [var first, ..] => throw CliException.Usage($"{first.Origin} is a list: it takes one value"),
    };

    private static string NameOf(Option option) => option.Name[2..]; // without the dashes

    private SettingValue? FindVariable(Option option)
    {
        if (section is null || sources is null)
        {
            return null;
        }

        string variable = SettingNames.VariableOf($"{section}-{NameOf(option)}");
        return sources.Variable(variable) is { Length: > 0 } text ? new SettingValue(text, variable) : null;
    }

    private IReadOnlyList<SettingValue>? FindInFile(Option option) =>
        section is null ? null : sources?.File?.Find(section, NameOf(option));
}
