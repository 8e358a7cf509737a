using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli;

/// <summary>What the command line logs itself.</summary>
internal static partial class CliLog
{
    [LoggerMessage(1, LogLevel.Warning, "the statistics have no totals of the root: {Reason}")]
    public static partial void NoTotals(this ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "actions run in {Directory}, mounted {Strategy}")]
    public static partial void Working(this ILogger logger, string directory, string strategy);

    [LoggerMessage(3, LogLevel.Information, "the special directories had the tier {Tier} (procfs: {Procfs}, statfs: {Statfs})")]
    public static partial void SpecialTier(this ILogger logger, string tier, string procfs, string statfs);
}
