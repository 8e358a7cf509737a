using System.CommandLine;
using System.Globalization;
using VirtualRoot.CasClient;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Running;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Linux;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Cli.Commands;

/// <summary>How a root behaves: the options that <c>run</c>, <c>mount</c> and <c>serve</c> share.</summary>
internal sealed class RootOptionSet
{
    private const long MinMemory = 1 << 20;

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

    private readonly Option<string> _cpus = new("--cpus") { HelpName = "N", Description = "Processors that /proc, /sys and the affinity tell of, also a part of one: 2, 0.5 [default: all]" };
    private readonly Option<string> _memory = new("--memory") { HelpName = "SIZE", Description = "Memory that /proc and /sys tell of: 512M, 4G; enforced by serve in a cgroup alone [default: all]" };
    private readonly Option<string> _machine = new("--machine") { HelpName = "live|hermetic", Description = "Which machine /proc and /sys tell of: this one, or always the same one [default: live]" };

    private readonly Option<string> _trace = new("--trace-special") { HelpName = "FILE", Description = "Write which paths of /proc, /sys and /dev were used, and what of it varies from run to run: a table, or JSON where FILE ends in .json" };

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_inputs);
        command.Options.Add(_scratch);
        command.Options.Add(_quotaBytes);
        command.Options.Add(_quotaInodes);
        command.Options.Add(_cpus);
        command.Options.Add(_memory);
        command.Options.Add(_machine);
    }

    /// <summary>Adds the trace of one root.</summary>
    public void AddTraceTo(Command command) => command.Options.Add(_trace);

    /// <summary>The directory of private folders; null: the default.</summary>
    public string? ReadScratch(CommandSettings own) => own.Find(_scratch) is { } directory ? Path.GetFullPath(directory.Text) : null;

    /// <summary>The file that tells which special paths were used; null: none is wanted.</summary>
    public SpecialTraceFile? ReadTrace(CommandSettings own) =>
        own.Find(_trace) is { } file ? new SpecialTraceFile(Path.GetFullPath(file.Text), ReadLimits(own).Profile) : null;

    /// <summary>The root of <paramref name="digest"/>, the caller's own unless said otherwise.</summary>
    /// <exception cref="CliException">An option means nothing.</exception>
    public RootOptions ReadRoot(CommandSettings own, Digest digest) => new()
    {
        InputRoot = digest,
        Uid = (uint)Syscall.Geteuid(),
        Gid = (uint)Syscall.Getgid(),
        Inputs = ReadInputs(own),
        QuotaBytes = own.Find(_quotaBytes) is not { } size ? null : ByteSize.TryParse(size.Text, out long bytes)
            ? bytes
            : throw CliException.Usage($"{size.Origin}: '{PrintableText.Of(size.Text)}' is no size: write 512M or 10G"),
        QuotaInodes = own.Find(_quotaInodes) is not { } number ? null : long.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long inodes)
            ? inodes
            : throw CliException.Usage($"{number.Origin}: '{PrintableText.Of(number.Text)}' is no number: write 100000"),
    };

    /// <summary>The machine that the root tells of.</summary>
    /// <exception cref="CliException">An option means nothing.</exception>
    public MachineLimits ReadLimits(CommandSettings own) => new()
    {
        Cpus = own.Find(_cpus) is not { } number ? null
            : double.TryParse(number.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double cpus) && cpus is >= 0.01 and <= 8192
                ? cpus
                : throw CliException.Usage($"{number.Origin}: '{PrintableText.Of(number.Text)}' is no number of processors: write 2 or 0.5"),
        MemoryBytes = own.Find(_memory) is not { } size ? null
            : ByteSize.TryParse(size.Text, out long bytes) && bytes >= MinMemory
                ? bytes
                : throw CliException.Usage($"{size.Origin}: '{PrintableText.Of(size.Text)}' is no size of 1M or more: write 512M or 4G"),
        Profile = own.Find(_machine) switch
        {
            null or { Text: "live" } => MachineProfile.Live,
            { Text: "hermetic" } => MachineProfile.Hermetic,
            { } other => throw CliException.Usage($"{other.Origin}: '{PrintableText.Of(other.Text)}' is neither live nor hermetic"),
        },
    };

    /// <summary>What a write to an input does.</summary>
    /// <exception cref="CliException">Neither of the two.</exception>
    private InputMode ReadInputs(CommandSettings own) => own.Find(_inputs) switch
    {
        null or { Text: "copy-on-write" } => InputMode.CopyOnWrite,
        { Text: "read-only" } => InputMode.ReadOnly,
        { } other => throw CliException.Usage($"{other.Origin}: '{PrintableText.Of(other.Text)}' is neither copy-on-write nor read-only"),
    };
}
