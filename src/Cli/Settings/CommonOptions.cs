using System.CommandLine;
using Microsoft.Extensions.Logging;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Settings;

/// <summary>The options that several commands share, and how they become <see cref="CommonSettings"/>.</summary>
internal sealed class CommonOptions
{
    private readonly Dictionary<string, Option<string>> _single = [];
    private readonly Option<string[]> _header = new("--header")
    {
        HelpName = "NAME=VALUE",
        Description = "Sent with each call to the CAS; any number of times. Never logged, but visible in ps: rather VROOT_HEADERS or the file",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _config = new("--config")
    {
        HelpName = "FILE",
        Description = "JSON file of these settings [VROOT_CONFIG; default: ~/.config/vroot/config.json]",
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "As --log-level debug" };

    /// <summary>The options of a command that talks to no CAS.</summary>
    public CommonOptions AddGeneral(Command command)
    {
        Add(command, SettingNames.Output, "FORMAT", "json or text", "VROOT_OUTPUT; default: text");
        return AddGeneralWithoutFormat(command);
    }

    /// <summary>The same for a command that prints nothing of its own, whose <c>--output</c> names an action's outputs.</summary>
    public CommonOptions AddGeneralWithoutFormat(Command command)
    {
        Add(command, SettingNames.LogLevel, "LEVEL", "trace, debug, info, warning, error or none", "VROOT_LOG_LEVEL; default: warning");
        Add(command, SettingNames.LogFormat, "FORMAT", "What standard error has: text, or json, an object on each line", "VROOT_LOG_FORMAT; default: text");
        command.Options.Add(_verbose);
        command.Options.Add(_config);
        return this;
    }

    /// <summary>Where the cache is, and how large.</summary>
    public CommonOptions AddCache(Command command)
    {
        Add(command, SettingNames.Cache, "DIR", "Cache directory, which holds the embedded CAS too", "VROOT_CACHE; default: ~/.cache/vroot");
        Add(command, SettingNames.CacheSize, "SIZE", "Bound of the cache: 512M, 10G", "VROOT_CACHE_SIZE; default: 10G");
        return this;
    }

    /// <summary>Which CAS.</summary>
    public CommonOptions AddCas(Command command)
    {
        Add(command, SettingNames.Cas, "ADDRESS", "grpc://HOST:PORT, grpcs://HOST:PORT, unix:PATH, or embedded", "VROOT_CAS; default: embedded");
        Add(command, SettingNames.Instance, "NAME", "REAPI instance name", "VROOT_INSTANCE");
        Add(command, SettingNames.CasTimeout, "TIME", "How long the CAS may be away or silent before inputs fail: 30s, 5m", "VROOT_CAS_TIMEOUT; default: 2m");
        Add(command, SettingNames.TlsCa, "FILE", "PEM file of the CAs to trust", "VROOT_TLS_CA; default: the system's");
        Add(command, SettingNames.TlsCertificate, "FILE", "PEM file of a client certificate", "VROOT_TLS_CERT");
        Add(command, SettingNames.TlsKey, "FILE", "PEM file of its key", "VROOT_TLS_KEY");
        command.Options.Add(_header);
        return this;
    }

    /// <summary>Where a root's special directories come from.</summary>
    public CommonOptions AddSpecial(Command command)
    {
        Add(command, SettingNames.Special, "MODE", $"Where /proc, /sys and /dev come from: {SpecialText.Modes}, for all or each: proc=kernel,dev=off", "VROOT_SPECIAL; default: auto");
        return this;
    }

    /// <summary>The same for a command that runs an action.</summary>
    public CommonOptions AddSpecialOfAction(Command command)
    {
        Add(command, SettingNames.SpecialStatfs, "WHEN", "Whether statfs tells their own file system types, by a seccomp listener: auto, on or off", "VROOT_SPECIAL_STATFS; default: auto");
        return AddSpecial(command);
    }

    /// <summary>Whether failures are told with their stack; asked before anything can fail.</summary>
    public bool IsVerbose(ParseResult parse) => parse.GetResult(_verbose) is not null && parse.GetValue(_verbose);

    /// <summary>The settings.</summary>
    /// <exception cref="CliException">Something that somebody wrote means nothing.</exception>
    public CommonSettings Read(ParseResult parse) => Read(parse, Open(parse));

    /// <summary>The same, from sources that the command asks for more.</summary>
    /// <exception cref="CliException">Something that somebody wrote means nothing.</exception>
    public CommonSettings Read(ParseResult parse, SettingSources sources)
    {
        CommonSettings settings = sources.Resolve(Environment.IsPrivilegedProcess);
        StandardError.Format = settings.LogFormat; // from here on
        return IsVerbose(parse) ? settings with { LogLevel = LogLevel.Debug } : settings;
    }

    /// <summary>The command line, the environment and the configuration file.</summary>
    /// <exception cref="CliException">The file cannot be read, or means nothing.</exception>
    public SettingSources Open(ParseResult parse)
    {
        string? named = parse.GetResult(_config) is null ? null : parse.GetValue(_config);
        named ??= Environment.GetEnvironmentVariable("VROOT_CONFIG") is { Length: > 0 } text ? text : null;
        string? path = named ?? DefaultPaths.ConfigurationFile(Environment.GetEnvironmentVariable);
        return new SettingSources
        {
            Option = name => _single.TryGetValue(name, out Option<string>? option) && parse.GetResult(option) is not null ? parse.GetValue(option) : null,
            HeaderOptions = parse.GetResult(_header) is null ? [] : parse.GetValue(_header) ?? [],
            Variable = Environment.GetEnvironmentVariable,
            File = path is null ? null : ConfigurationFile.Read(path, mayBeMissing: named is null),
        };
    }

    private void Add(Command command, string name, string value, string description, string origin)
    {
        Option<string> option = new("--" + name) { HelpName = value, Description = $"{description} [{origin}]" };
        _single.Add(name, option);
        command.Options.Add(option);
    }
}
