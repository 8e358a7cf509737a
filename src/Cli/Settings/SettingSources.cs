using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Settings;

/// <summary>Where settings come from: options before the environment before the file.</summary>
internal sealed class SettingSources
{
    /// <summary>The options' values by setting; absent: not given.</summary>
    public required Func<string, string?> Option { get; init; }

    /// <summary>The headers of <c>--header</c>.</summary>
    public IReadOnlyList<string> HeaderOptions { get; init; } = [];

    /// <summary>The environment; an empty variable is as good as none.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The file, if there is one.</summary>
    public ConfigurationFile? File { get; init; }

    /// <summary>A setting of one value from its strongest source.</summary>
    public SettingValue? Find(string name)
    {
        if (Option(name) is { } option)
        {
            return new SettingValue(option, "--" + name);
        }

        string variable = SettingNames.VariableOf(name);
        return Variable(variable) is { Length: > 0 } text ? new SettingValue(text, variable) : File?.Find(name);
    }

    /// <summary>The headers of all sources.</summary>
    public List<KeyValuePair<string, string>> FindHeaders()
    {
        List<KeyValuePair<string, string>> headers = [.. HeaderOptions.Select(text => HeaderText.Parse(text, "--header"))];
        string variable = SettingNames.VariableOf(SettingNames.Headers);
        if (Variable(variable) is { Length: > 0 } lines)
        {
            HeaderText.AddWeaker(headers, HeaderText.ParseLines(lines, variable));
        }

        if (File is { } file)
        {
            HeaderText.AddWeaker(headers, file.Headers);
        }

        return headers;
    }

    /// <summary>Makes the settings.</summary>
    /// <exception cref="CliException">A value means nothing; names where it stands.</exception>
    public CommonSettings Resolve(bool isRoot)
    {
        string? cas = Find(SettingNames.Cas)?.Text;
        return new CommonSettings
        {
            Cas = cas is null or "" or "embedded" ? null : cas,
            Instance = Find(SettingNames.Instance)?.Text ?? "",
            CasTimeout = ReadTime(Find(SettingNames.CasTimeout)),
            CacheDirectory = Path.GetFullPath(Find(SettingNames.Cache)?.Text ?? DefaultPaths.CacheDirectory(Variable, isRoot)),
            CacheSize = ReadSize(Find(SettingNames.CacheSize)),
            TlsCa = Find(SettingNames.TlsCa)?.Text,
            TlsCertificate = Find(SettingNames.TlsCertificate)?.Text,
            TlsKey = Find(SettingNames.TlsKey)?.Text,
            Headers = FindHeaders(),
            LogLevel = LogLevels.Read(Find(SettingNames.LogLevel)),
            Special = SpecialText.Read(Find(SettingNames.Special)),
            StatfsAnswers = SpecialText.ReadStatfs(Find(SettingNames.SpecialStatfs)),
            LogFormat = ReadLogFormat(Find(SettingNames.LogFormat)),
            Json = ReadOutput(Find(SettingNames.Output)),
        };
    }

    private static long ReadSize(SettingValue? value)
    {
        long bytes = 10L << 30;
        return value is not { } size || (ByteSize.TryParse(size.Text, out bytes) && bytes >= 1 << 20)
            ? bytes
            : throw CliException.Usage($"{size.Origin}: '{size.Text}' is not a size of at least 1M: write 512M, 10G or a number of bytes");
    }

    private static TimeSpan? ReadTime(SettingValue? value)
    {
        if (value is not { } time)
        {
            return null;
        }

        return Duration.TryParse(time.Text, out TimeSpan duration) && duration > TimeSpan.Zero
            ? duration
            : throw CliException.Usage($"{time.Origin}: '{time.Text}' is not a time above 0: write 500ms, 30s, 5m or a number of seconds");
    }

    private static LogFormat ReadLogFormat(SettingValue? value) => value switch
    {
        null or { Text: "text" } => LogFormat.Text,
        { Text: "json" } => LogFormat.Json,
        { } other => throw CliException.Usage($"{other.Origin}: '{other.Text}' is neither json nor text"),
    };

    private static bool ReadOutput(SettingValue? value) => value switch
    {
        null or { Text: "text" } => false,
        { Text: "json" } => true,
        { } other => throw CliException.Usage($"{other.Origin}: '{other.Text}' is neither json nor text"),
    };
}
