using System.CommandLine;
using System.Globalization;
using VirtualRoot.CasClient;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Linux;
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

    private readonly Option<string> _scratch = new("--scratch")
    {
        HelpName = "DIR",
        Description = "Where written bytes lie, on a local disk or tmpfs [default: beside the cache]",
    };

    private readonly Option<string> _quotaBytes = new("--quota-bytes") { HelpName = "SIZE", Description = "Bytes that may be written: 512M, 10G; beyond them is ENOSPC [default: the disk's]" };
    private readonly Option<string> _quotaInodes = new("--quota-inodes") { HelpName = "N", Description = "Files, directories and links that may be made; beyond them is ENOSPC [default: no bound]" };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_special);
        command.Options.Add(_inputs);
        command.Options.Add(_scratch);
        command.Options.Add(_quotaBytes);
        command.Options.Add(_quotaInodes);
    }

    /// <summary>The directory of private folders; null: the default.</summary>
    public string? ReadScratch(ParseResult parse) => parse.GetValue(_scratch) is { } directory ? Path.GetFullPath(directory) : null;

    /// <summary>Whether the root has /proc and /dev.</summary>
    /// <exception cref="CliException">Neither auto nor off.</exception>
    public bool ReadSpecial(ParseResult parse) => parse.GetValue(_special) switch
    {
        null or "auto" => true,
        "off" => false,
        { } other => throw CliException.Usage($"--special: '{other}' is neither auto nor off"),
    };

    /// <summary>The root of <paramref name="digest"/>, the caller's own unless said otherwise.</summary>
    /// <exception cref="CliException">An option means nothing.</exception>
    public RootOptions ReadRoot(ParseResult parse, Digest digest) => new()
    {
        InputRoot = digest,
        Uid = (uint)Syscall.Geteuid(),
        Gid = (uint)Syscall.Getgid(),
        Inputs = ReadInputs(parse),
        QuotaBytes = parse.GetValue(_quotaBytes) is not { } size ? null : ByteSize.TryParse(size, out long bytes)
            ? bytes
            : throw CliException.Usage($"--quota-bytes: '{PrintableText.Of(size)}' is no size: write 512M or 10G"),
        QuotaInodes = parse.GetValue(_quotaInodes) is not { } number ? null : long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long inodes)
            ? inodes
            : throw CliException.Usage($"--quota-inodes: '{PrintableText.Of(number)}' is no number: write 100000"),
    };

    /// <summary>What a write to an input does.</summary>
    /// <exception cref="CliException">Neither of the two.</exception>
    private InputMode ReadInputs(ParseResult parse) => parse.GetValue(_inputs) switch
    {
        null or "copy-on-write" => InputMode.CopyOnWrite,
        "read-only" => InputMode.ReadOnly,
        { } other => throw CliException.Usage($"--inputs: '{other}' is neither copy-on-write nor read-only"),
    };
}
