using System.CommandLine;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Outputs;

namespace VirtualRoot.Cli.Outputs;

/// <summary>Which outputs are wanted, and where the result goes: the options that <c>run</c> and <c>commit</c> share.</summary>
internal sealed class OutputOptionSet
{
    private readonly Option<string[]> _paths = Repeated("--output", "PATH", "An output, relative to the working directory: a file, directory or link; any number of times");
    private readonly Option<string[]> _files = Repeated("--output-file", "PATH", "As clients before REAPI 2.1 ask: an output that must be a file or link");
    private readonly Option<string[]> _directories = Repeated("--output-directory", "PATH", "As clients before REAPI 2.1 ask: an output that must be a directory or link");
    private readonly Option<string[]> _properties = Repeated("--node-property", "mtime|unix_mode", "A property to tell of outputs; any number of times");
    private readonly Option<string> _format;
    private readonly Option<string> _result = new("--result") { HelpName = "FILE", Description = "Write the ActionResult there: JSON where FILE ends in .json, else protobuf" };

    /// <param name="defaultFormat">How directories are told where nobody says.</param>
    public OutputOptionSet(string defaultFormat)
    {
        _format = new Option<string>("--output-directory-format")
        {
            HelpName = "tree|directory|both",
            Description = $"How output directories are told: as a Tree, as Directory messages, or both [default: {defaultFormat}]",
        };
    }

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_paths);
        command.Options.Add(_files);
        command.Options.Add(_directories);
        command.Options.Add(_format);
        command.Options.Add(_properties);
        command.Options.Add(_result);
    }

    /// <summary>The file of the result, absolute; null: none.</summary>
    public string? ReadResult(ParseResult parse) => parse.GetValue(_result) is { Length: > 0 } file ? Path.GetFullPath(file) : null;

    /// <summary>What is wanted.</summary>
    /// <param name="parse">What was written.</param>
    /// <param name="workingDirectory">What paths are relative to.</param>
    /// <param name="defaultFormat">How directories are told where nobody says.</param>
    /// <exception cref="CliException">A word that means nothing.</exception>
    public OutputRequest Read(ParseResult parse, string workingDirectory, OutputDirectoryFormat defaultFormat) => new()
    {
        WorkingDirectory = workingDirectory,
        Paths = ReadPaths(parse, _paths),
        Files = ReadPaths(parse, _files),
        Directories = ReadPaths(parse, _directories),
        DirectoryFormat = parse.GetValue(_format) switch
        {
            null => defaultFormat,
            "tree" => OutputDirectoryFormat.TreeOnly,
            "directory" => OutputDirectoryFormat.DirectoryOnly,
            "both" => OutputDirectoryFormat.TreeAndDirectory,
            { } other => throw CliException.Usage($"--output-directory-format: '{other}' is none of tree, directory and both"),
        },
        Properties = (parse.GetValue(_properties) ?? []).Aggregate(OutputProperties.None, static (all, name) => all | name switch
        {
            "mtime" => OutputProperties.ModificationTime,
            "unix_mode" => OutputProperties.UnixMode,
            _ => throw CliException.Usage($"--node-property: '{name}' is neither mtime nor unix_mode"),
        }),
    };

    // As people and shells write paths: ./out and out/ are out, and . is the working directory, whose path in REAPI is empty.
    private static string[] ReadPaths(ParseResult parse, Option<string[]> option) => [.. (parse.GetValue(option) ?? []).Select(static path =>
    {
        string trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        while (trimmed.StartsWith("./", StringComparison.Ordinal))
        {
            trimmed = trimmed[2..].TrimStart('/');
        }

        return trimmed == "." ? string.Empty : trimmed;
    })];

    private static Option<string[]> Repeated(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        AllowMultipleArgumentsPerToken = false,
    };
}
