using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli.Settings;

/// <summary>Log levels by their names on the command line.</summary>
internal static class LogLevels
{
    private static readonly (string Name, LogLevel Level)[] s_levels =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information),
        ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("none", LogLevel.None),
    ];

    /// <summary>Reads a level; warning, if nobody says.</summary>
    /// <exception cref="CliException">There is no such level.</exception>
    public static LogLevel Read(SettingValue? value)
    {
        if (value is not { } text)
        {
            return LogLevel.Warning;
        }

        foreach ((string name, LogLevel level) in s_levels)
        {
            if (name.Equals(text.Text, StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        throw CliException.Usage($"{text.Origin}: '{text.Text}' is none of trace, debug, info, warning, error, none");
    }
}
